//! The admin site, by a browser: its pages, their forms, and who may see them.

mod carried;
mod change;
mod choices;
mod credit;
mod draft;
mod forms;
mod hostile;
mod lists;
mod payment;
mod process;
mod report;
mod routes;
mod sample;
mod set_up;
mod sign_in;
mod terms;
mod together;
mod typed;
