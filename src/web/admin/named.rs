//! What was typed for something that the API takes an id for: a name, an address, or the id itself.

use crate::domain::customer::{Customer, CustomerFilter};
use crate::domain::id::{CustomerId, TypedId};
use crate::domain::list::Common;
use crate::domain::reject::FieldError;
use crate::domain::text::searched;
use crate::error::Result;
use crate::web::admin::customer::newest;
use crate::web::html::form::{Choice, Control, Field};
use crate::web::html::page::FormPage;
use crate::web::html::text::{data, say};
use crate::web::page::PageCall;

/// Products whose prices a form offers, and customers of one name. Beyond that more of the name is typed.
pub const OFFERED: u32 = 100;
/// Customers that a form suggests: the newest.
const SUGGESTED: u32 = 50;

/// One choice of a few, where none is taken unasked.
fn which(choices: Vec<Choice>) -> Control {
    Control::Select(std::iter::once(Choice::new("", say("form-choose"))).chain(choices).collect())
}

/// What was typed for something that the API takes an id for.
pub enum Named<T> {
    One(T),
    Nothing,
    /// None, and the sentence that says so.
    Wrong(String),
    /// Which of these?
    Several(String, Vec<Choice>),
}

impl<T> Named<T> {
    pub fn one(&self) -> Option<&T> {
        if let Self::One(one) = self { Some(one) } else { None }
    }

    /// The error of the field, which becomes the choice where there is one to make.
    pub fn into_error(self, form: &mut FormPage, name: &str) -> Option<FieldError> {
        let message = match self {
            Self::One(_) => return None,
            Self::Nothing => "This field is required".to_owned(),
            Self::Wrong(message) => message,
            Self::Several(message, choices) => {
                if let Some(field) = form.field_mut(name) {
                    field.control = which(choices);
                    field.value = String::new();
                }
                message
            }
        };
        Some(FieldError::new(name, message))
    }
}

/// The customer that a link asks for.
pub fn customer_asked(call: &PageCall) -> Result<Option<Customer<'static>>> {
    CustomerId::parse(&call.parameter("customerId")).map(|id| call.app().customer_read(&call.actor()?, id)).transpose()
}

/// The field for a customer, with the newest ones as suggestions.
pub async fn customer_field(call: &PageCall, asked: Option<&Customer<'_>>) -> Result<Field> {
    let (customers, _) = call.app().customer_page(&call.actor()?, CustomerFilter::default(), newest(SUGGESTED)).await?;
    let suggestions = customers.iter().map(|c| Choice::new(c.email.as_ref(), data(c.display_name()))).collect();
    let field = Field::new("customerId", say("subscription-customer"), Control::Suggest(suggestions)).required();
    Ok(field.value(asked.map_or_else(String::new, |c| c.email.to_string())).hint(say("subscription-customer-hint")))
}

/// Who was chosen out of several stands in the form, should it come back, as one would have typed it.
pub fn keep_customer(call: &PageCall, named: &Named<CustomerId>, form: &mut FormPage) -> Result<()> {
    if let (Some(id), Some(field)) = (named.one(), form.field_mut("customerId"))
        && CustomerId::parse(field.value.trim()).is_some()
        && let Ok(customer) = call.app().customer_read(&call.actor()?, *id)
    {
        field.value = customer.email.to_string();
    }
    Ok(())
}

/// The customer, by an e-mail address, a name or an id.
pub async fn customer_named(call: &PageCall, typed: &str) -> Result<Named<CustomerId>> {
    let (typed, actor) = (typed.trim(), call.actor()?);
    if typed.is_empty() {
        return Ok(Named::Nothing);
    }
    if let Some(id) = CustomerId::parse(typed) {
        return Ok(Named::One(id));
    }
    let sought = typed.to_lowercase();
    let by_email = CustomerFilter { email_key: Some(sought.clone()), ..CustomerFilter::default() };
    let (found, _) = call.app().customer_page(&actor, by_email, newest(1)).await?;
    if let Some(customer) = found.first() {
        return Ok(Named::One(customer.id));
    }
    // A name is found without its accents, too; whoever types them all means that one.
    let plain = searched(typed);
    let by_name = CustomerFilter { common: Common { search: Some(plain.clone()), ..Common::default() }, ..CustomerFilter::default() };
    let (mut found, end) = call.app().customer_page(&actor, by_name, newest(OFFERED)).await?;
    // The search looks into numbers and addresses too; whoever types a part of an address has not named somebody.
    let name = |c: &Customer<'_>| c.name.as_deref().unwrap_or("").to_lowercase();
    found.retain(|c| searched(c.name.as_deref().unwrap_or("")).contains(&plain));
    let found = exact_or_all(found, |c| name(c) == sought);
    Ok(match found.as_slice() {
        _ if end.total > i64::from(OFFERED) => Named::Wrong(format!("More than {OFFERED} customers match. Type more of the name, or the whole e-mail address")),
        [] => Named::Wrong("There is no such customer".to_owned()),
        [one] => Named::One(one.id),
        several => {
            let choice = |c: &Customer<'_>| Choice::new(c.id.text(), data(format!("{} · {}", c.display_name(), c.email)));
            Named::Several("Several customers have this name. Choose the one that is meant".to_owned(), several.iter().map(choice).collect())
        }
    })
}

/// What stands in a field of a form.
pub fn typed_in<'f>(form: &'f FormPage, name: &str) -> &'f str {
    form.fields().find(|f| f.name == name).map_or("", |f| f.value.trim())
}

/// Who has exactly the name that was typed is meant, whoever else has it in his.
pub fn exact_or_all<T>(found: Vec<T>, is_exact: impl Fn(&T) -> bool) -> Vec<T> {
    let (exact, others): (Vec<T>, Vec<T>) = found.into_iter().partition(is_exact);
    if exact.is_empty() { others } else { exact }
}
