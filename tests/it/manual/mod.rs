//! The manual: its pages as they are served, and every line of shell in it as it is typed.

mod answer;
mod lines;
mod pages;
