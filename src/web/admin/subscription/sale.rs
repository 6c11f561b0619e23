//! The form that begins a subscription: whom and what it names, by names or ids, and the body that the API would get.

use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::domain::coupon::{CouponCode, Redemption, unknown};
use crate::domain::customer::CustomerStatus;
use crate::domain::id::{CustomerId, PriceId, ProductId, TypedId};
use crate::domain::money::{Currency, Money};
use crate::domain::product::{Price, Product};
use crate::domain::reject::{FieldError, Reject};
use crate::domain::subscription::{FirstPayment, START_IN_THE_PAST, Subscription};
use crate::domain::time::{Interval, Start};
use crate::error::{Error, Result};
use crate::web::admin::customer::made;
use crate::web::admin::named::{Named, OFFERED, customer_asked, customer_field, customer_named, keep_customer, typed_in};
use crate::web::admin::{coupon, customer, payment_method, product};
use crate::web::html::fill::Blank;
use crate::web::html::form::{Choice, Control, Field, Group};
use crate::web::html::page::{Action, ApiCall, FormPage, Head, MessagePage, Place};
use crate::web::html::text::{Arg, data, say, say_with};
use crate::web::html::{Viewer, catalogue, format};
use crate::web::page::{PageCall, PageReply, beside, is_of_balance};
use crate::wire::input::{Kept, read_body};
use crate::wire::subscription::SubscriptionCreate;

use super::{API, LIST, collection_field, connections_field, interval_words, on_sale, own_fields, products_named};

/// What a price is, in a list of prices: "Gold package · 9.99 USD every month".
pub(super) fn price_words(name: &str, amount: Money, interval: Interval, viewer: &Viewer) -> String {
    format!("{name} · {} {}", format::money(amount, catalogue::of(viewer.language)), interval_words(interval).show(viewer))
}

/// The prices on offer: of a sale with the free days that come first, of a change those in the subscription's currency.
pub(super) fn price_choices(products: &[Product], only: Option<Currency>, viewer: &Viewer) -> Vec<Choice> {
    let of_product = |p: &Product| {
        let free = free_days(p).filter(|_| only.is_none());
        let free = free.map(|n| format!(" · {}", say_with("subscription-free-days", [("n", Arg::Count(n))]).show(viewer))).unwrap_or_default();
        let offered = p.prices.iter().filter(|price| price.active && only.is_none_or(|currency| price.amount.currency() == currency));
        let choice = |price: &Price| Choice::new(price.id.text(), data(format!("{}{free}", price_words(&p.name, price.amount, price.interval, viewer))));
        offered.map(choice).collect::<Vec<Choice>>()
    };
    products.iter().flat_map(of_product).collect()
}

/// The days with which a subscription to a product begins where nothing else is said.
fn free_days(product: &Product) -> Option<i64> {
    product.trial_days.filter(|days| *days > 0)
}

fn first_payment_choice(payment: FirstPayment) -> Choice {
    let (text, hint) = match payment {
        FirstPayment::Invoice => (say("subscription-payment-invoice"), say("subscription-payment-invoice-hint")),
        FirstPayment::Manual => (say("subscription-payment-manual"), say("subscription-payment-manual-hint")),
        FirstPayment::Credit => (say("subscription-payment-credit"), say("subscription-payment-credit-hint")),
        FirstPayment::Automatic => (say("subscription-payment-automatic"), say("subscription-payment-automatic-hint")),
        FirstPayment::None => (say("subscription-payment-none"), say("subscription-payment-none-hint")),
    };
    Choice::hinted(payment.text(), text, hint)
}

/// What a form offers to sell.
pub(super) struct Offer {
    /// Those whose prices are offered.
    pub products: Vec<Product>,
    /// There are more than a form offers: then the product is typed.
    pub more: bool,
    /// Only prices in this currency are.
    pub currency: Option<Currency>,
}

pub(super) async fn offer(call: &PageCall, currency: Option<Currency>) -> Result<Offer> {
    let actor = call.actor()?;
    let (mut products, total) = on_sale(call).await?;
    // The product that was asked for and the one that was chosen are offered too, be they old ones of many.
    let asked = ProductId::parse(&call.parameter("productId")).map(|id| call.app().product_read(&actor, id)).transpose()?;
    let chosen = PriceId::parse(call.posted.one("priceId").trim()).map(|price| call.app().product_of_price(&actor, price)).transpose()?.flatten();
    for product in asked.into_iter().chain(chosen) {
        if !products.iter().any(|p| p.id == product.id) {
            products.push(product);
        }
    }
    Ok(Offer { products, more: total > i64::from(OFFERED), currency })
}

fn price_field(call: &PageCall, offer: &Offer) -> Field {
    let mut choices = price_choices(&offer.products, offer.currency, &call.viewer);
    let asked = call.parameter("productId");
    let asked = offer.products.iter().find(|p| p.id.text() == asked).map(|p| p.default_price().id.text());
    if !offer.more {
        // Which of several is for the seller to say: none stands there that nobody chose.
        let only = || choices.first().filter(|_| choices.len() == 1).map(|c| c.value.clone());
        let first = asked.or_else(only).unwrap_or_default();
        if first.is_empty() {
            choices.insert(0, Choice::new("", say("subscription-price-choose")));
        }
        return Field::new("priceId", say("subscription-price"), Control::Select(choices)).required().value(first);
    }
    // What is typed is a name; the names that are suggested say which price.
    let value = asked.and_then(|id| choices.iter().find(|c| c.value == id).map(|c| c.text.show(&call.viewer))).unwrap_or_default();
    let suggestions = choices.into_iter().map(|c| Choice::new(c.text.show(&call.viewer), data(""))).collect();
    Field::new("priceId", say("subscription-price"), Control::Suggest(suggestions)).required().value(value).hint(say("subscription-price-hint"))
}

/// Whether it begins with free days. A form has always a payment chosen, so unlike the API it is asked for the trial.
fn trial_fields(call: &PageCall, offer: &Offer, chosen: &str) -> Group {
    let days = |p: &Product| free_days(p).map(|n| (p.name.clone(), n));
    let of_chosen = offer.products.iter().find(|p| p.prices.iter().any(|price| price.id.text() == chosen)).or(match offer.products.as_slice() {
        [only] => Some(only),
        _ => None,
    });
    let product_hint = match of_chosen.and_then(days) {
        Some((name, n)) => say_with("subscription-trial-product-days", [("name", Arg::Text(name)), ("n", Arg::Count(n))]),
        None => say("subscription-trial-product-hint"),
    };
    let choices = vec![
        Choice::hinted(Trial::PRODUCT, say("subscription-trial-product"), product_hint),
        Choice::hinted(Trial::NONE, say("subscription-trial-none"), say("subscription-trial-none-hint")),
        Choice::hinted(Trial::DAYS, say("subscription-trial-days"), say("subscription-trial-days-hint")),
    ];
    let fields = vec![
        Field::new("trial", say("subscription-trial"), Control::Radio(choices)).value(Trial::PRODUCT),
        Field::new("trialDays", say("subscription-free"), Control::Number { min: 0, max: 3650, unit: Some(say("unit-days")) })
            .hint(say("subscription-free-hint")),
    ];
    // Where no product has free days, few ask for some.
    if offer.more || call.resumed || offer.products.iter().any(|p| free_days(p).is_some()) {
        Group::plain(fields)
    } else {
        Group::folded(say("subscription-trial"), fields)
    }
}

async fn new_form(call: &PageCall, offer: &Offer) -> Result<FormPage> {
    let chosen = customer_asked(call)?;
    let cancel = chosen.as_ref().map_or_else(|| LIST.to_owned(), |customer| customer::path(customer.id));
    let price = price_field(call, offer);
    let trial = trial_fields(call, offer, &price.value);
    let mut terms = vec![
        Field::new("autoRenew", say("subscription-auto-renew"), Control::Check).value("true").hint(say("subscription-auto-renew-hint")),
        collection_field(),
    ];
    terms.extend(coupon::field(call, None, |_| true).await?);
    terms.push(connections_field());
    let mut groups = vec![
        Group::plain(vec![
            customer_field(call, chosen.as_ref()).await?,
            price,
            Field::new("quantity", say("subscription-quantity"), Control::Number { min: 1, max: Subscription::MAX_QUANTITY, unit: None })
                .value("1")
                .hint(say("subscription-quantity-hint")),
            Field::new("payment", say("subscription-payment"), Control::Radio(FirstPayment::ALL.map(first_payment_choice).to_vec()))
                .value(FirstPayment::Invoice.text()),
        ]),
        trial,
        Group::folded(
            say("subscription-when"),
            vec![
                Field::new("startAt", say("subscription-start"), Control::Day).hint(say("subscription-start-hint")),
                Field::new("anchorDay", say("subscription-anchor-day"), Control::Number { min: 1, max: 31, unit: None })
                    .hint(say("subscription-anchor-day-hint")),
                Field::new("endsAt", say("subscription-ends"), Control::Day).hint(say("subscription-ends-hint")),
            ],
        ),
        Group::folded(
            say("subscription-begin"),
            vec![
                Field::new("credentials.username", say("subscription-username"), Control::Line).hint(say("subscription-credentials-hint")),
                Field::new("credentials.password", say("subscription-password"), Control::Line),
            ],
        ),
        Group::folded(say("subscription-terms"), terms),
        own_fields(),
    ];
    // What the customer has can be chosen where it is known who he is.
    let methods = chosen.map(|customer| payment_method::of_customer(call, customer.id)).transpose()?.unwrap_or_default();
    if !methods.is_empty() {
        let choices = payment_method::choices(&methods);
        groups[0].fields.push(Field::new("paymentMethodId", say("subscription-method"), Control::Select(choices)).hint(say("subscription-method-hint")));
    }
    let head = Head::new(Place::Subscriptions, say("subscription-new")).under(LIST, say("nav-subscriptions"));
    let mut form = call.form(head, groups, say("subscription-create"), ApiCall { method: "POST", path: API.into(), body: None }, cancel);
    // What was asked for is asked for again when the form comes back.
    if !call.query.is_empty() {
        form.action = format!("{}?{}", call.path, call.query);
    }
    Ok(form)
}

/// There is nothing to sell yet.
fn no_product(call: &PageCall) -> PageReply {
    let page = MessagePage {
        head: Head::new(Place::Subscriptions, say("subscription-new")).under(LIST, say("nav-subscriptions")),
        text: say("subscription-no-product"),
        actions: vec![Action::primary(say("product-new"), "/admin/products/new")],
        request_id: None,
    };
    PageReply::page(page.render(&call.viewer))
}

/// Whom nothing is sold to and what is not sold has no such form; their pages say why.
fn refused_before(call: &PageCall, offer: &Offer) -> Result<Option<PageReply>> {
    let asked = call.parameter("productId");
    let archived = offer.products.iter().find(|p| p.id.text() == asked && !p.active);
    let chosen = customer_asked(call)?;
    let blocked = chosen.filter(|c| c.status == CustomerStatus::Blocked);
    let of_customer = blocked.map(|c| call.refused_before(&customer::path(c.id), "subscribe"));
    Ok(of_customer.or_else(|| archived.map(|p| call.refused_before(&product::path(p.id), "sell"))))
}

pub async fn new(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call, None).await?;
    if let Some(reply) = refused_before(&call, &offer)? {
        return Ok(reply);
    }
    if offer.products.is_empty() {
        return Ok(no_product(&call));
    }
    let mut form = new_form(&call, &offer).await?;
    if call.resumed {
        form.take(&call.posted);
    }
    // What a name leaves open is asked when the form is sent.
    let named = named(&call, &offer, &form).await?;
    form.api = form.api.take().map(|api| ApiCall { body: Some(named.shown(&form)), ..api });
    Ok(call.show(form))
}

/// The price and its product, by the price's id, as it is suggested, or by a product's name.
pub(super) async fn price_named(call: &PageCall, offer: &Offer, typed: &str) -> Result<Named<(ProductId, PriceId)>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Named::Nothing);
    }
    if let Some(id) = PriceId::parse(typed) {
        let product = offer.products.iter().find(|p| p.prices.iter().any(|own| own.id == id));
        return Ok(product.map_or_else(|| Named::Wrong("This product has no such price".to_owned()), |p| Named::One((p.id, id))));
    }
    if !offer.more {
        return Ok(Named::Wrong("This product has no such price".to_owned()));
    }
    let (mut found, mut too_many) = products_named(call, typed, Some(true)).await?;
    let mut choices = price_choices(&found, offer.currency, &call.viewer);
    // A suggestion is a name with what the price is behind it, and a name can have the same mark in it.
    if found.is_empty() && !too_many {
        let as_suggested = |c: &Choice| c.text.show(&call.viewer).to_lowercase() == typed.to_lowercase();
        for (at, _) in typed.match_indices(" · ") {
            let (of_name, more) = products_named(call, &typed[..at], Some(true)).await?;
            let of_name: Vec<Product> = of_name.into_iter().chain(offer.products.iter().cloned()).collect();
            let chosen: Vec<Choice> = price_choices(&of_name, offer.currency, &call.viewer).into_iter().filter(as_suggested).collect();
            if !chosen.is_empty() {
                (found, choices, too_many) = (of_name, chosen, false);
                break;
            }
            too_many |= more;
        }
        choices.sort_by(|a, b| a.value.cmp(&b.value));
        choices.dedup_by(|a, b| a.value == b.value);
    }
    let of = |choice: &Choice| {
        let price = PriceId::parse(&choice.value)?;
        found.iter().find(|p| p.prices.iter().any(|own| own.id == price)).map(|p| (p.id, price))
    };
    Ok(match choices.as_slice() {
        _ if too_many => Named::Wrong(format!("More than {OFFERED} products match. Type more of the name")),
        [] => Named::Wrong("There is no such product".to_owned()),
        [one] => of(one).map_or(Named::Nothing, Named::One),
        _ => Named::Several("There are several such prices. Choose the one that is meant".to_owned(), choices),
    })
}

/// Whom and what a form names.
struct Names {
    customer: Named<CustomerId>,
    price: Named<(ProductId, PriceId)>,
    /// The product that is named.
    product: Option<Product>,
    trial: Trial,
}

/// Whether it begins with free days, as the form says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Trial {
    /// As the product says: so many.
    Product(i64),
    None,
    /// So many as are typed.
    Days,
}

impl Trial {
    const PRODUCT: &'static str = "product";
    const NONE: &'static str = "none";
    const DAYS: &'static str = "days";

    /// Who types days wants them, unless he says that he wants none.
    fn of(form: &FormPage, product: Option<&Product>) -> Self {
        match (typed_in(form, "trial"), typed_in(form, "trialDays")) {
            (Self::NONE, _) => Self::None,
            (Self::DAYS, _) => Self::Days,
            (_, typed) if !typed.is_empty() => Self::Days,
            _ => Self::Product(product.and_then(free_days).unwrap_or(0)),
        }
    }

    /// What is wrong with it beside the other fields.
    fn wrong(self, form: &FormPage) -> Option<FieldError> {
        let typed = typed_in(form, "trialDays");
        match self {
            Self::Product(days) if days > 0 && matches!(typed_in(form, "payment"), "manual" | "credit") => {
                Some(FieldError::new("trial", "This product begins with free days. Choose no trial to take the payment now"))
            }
            Self::None if !typed.is_empty() => Some(FieldError::new("trialDays", "Leave this empty, or choose so many free days")),
            Self::Days if typed.is_empty() => Some(FieldError::new("trialDays", "This field is required")),
            _ => None,
        }
    }

    /// Puts it into a body: free days begin without a payment, which is asked for when they are over.
    fn put(self, fields: &mut serde_json::Map<String, Value>) {
        fields.remove("trial");
        let is_by_invoice = fields.get("payment").is_some_and(|payment| payment == FirstPayment::Invoice.text());
        let has_days = match self {
            Self::Product(days) => days > 0,
            Self::None => false,
            Self::Days => fields.get("trialDays").is_some_and(|days| *days != 0),
        };
        if self != Self::Days {
            fields.remove("trialDays");
        }
        let says_when = fields.contains_key("startAt") || fields.contains_key("anchorDay");
        // Who says when it begins wants no free days of the product's.
        if has_days && is_by_invoice && (self == Self::Days || !says_when) {
            fields.remove("payment");
        }
    }
}

async fn named(call: &PageCall, offer: &Offer, form: &FormPage) -> Result<Names> {
    let customer = customer_named(call, typed_in(form, "customerId")).await?;
    let price = price_named(call, offer, typed_in(form, "priceId")).await?;
    let product = match price.one() {
        Some((id, _)) => Some(call.app().product_read(&call.actor()?, *id)?),
        None => None,
    };
    let trial = Trial::of(form, product.as_ref());
    Ok(Names { customer, price, product, trial })
}

impl Names {
    /// The body as the API takes it: ids for names. What is not known yet is left out.
    fn body(&self, form: &FormPage) -> Value {
        let mut body = form.body(Blank::Omit);
        if let Value::Object(fields) = &mut body {
            self.trial.put(fields);
            let ids = [
                ("customerId", self.customer.one().map(|id| id.text())),
                ("productId", self.price.one().map(|(product, _)| product.text())),
                ("priceId", self.price.one().map(|(_, price)| price.text())),
            ];
            for (name, id) in ids {
                match id {
                    Some(id) => drop(fields.insert(name.to_owned(), Value::String(id))),
                    None => drop(fields.remove(name)),
                }
            }
        }
        body
    }

    /// The same to be read: what is not known yet stands there as the beginning of an id.
    fn shown(&self, form: &FormPage) -> Value {
        let mut body = self.body(form);
        for (name, prefix) in [("customerId", CustomerId::PREFIX), ("productId", ProductId::PREFIX), ("priceId", PriceId::PREFIX)] {
            if body[name].is_null() {
                body[name] = Value::String(format!("{prefix}…"));
            }
        }
        body
    }
}

/// What is wrong with the coupon that is named, as far as product and price are known.
fn coupon_error(call: &PageCall, names: &Names, form: &FormPage) -> Result<Option<FieldError>> {
    // A code that is none is the reader's to refuse.
    let Some(code) = Some(typed_in(form, "couponCode")).filter(|code| !code.is_empty()).and_then(|code| CouponCode::parse(code).ok()) else { return Ok(None) };
    let Some(coupon) = call.app().coupon_named(&call.actor()?, &code)? else { return Ok(unknown().details.into_iter().next()) };
    let (Some(product), Some((_, id))) = (&names.product, names.price.one()) else { return Ok(None) };
    let Some(price) = product.prices.iter().find(|price| price.id == *id) else { return Ok(None) };
    let redemption = Redemption { now: call.viewer.now, product: product.id, currency: price.amount.currency() };
    Ok(coupon.may_redeem(&redemption).err().and_then(|reject| reject.details.into_iter().next()))
}

/// A day in the past is only of what was paid elsewhere.
fn start_error(call: &PageCall, form: &FormPage) -> Option<FieldError> {
    let is_import = typed_in(form, "payment") == FirstPayment::None.text();
    let start = Start::parse(form.body(Blank::Omit)["startAt"].as_str()?).ok()?.instant(call.viewer.zone);
    (start < call.viewer.now && !is_import).then(|| FieldError::new("startAt", START_IN_THE_PAST))
}

/// An end that is over is none, whatever else is wrong.
fn end_error(call: &PageCall, form: &FormPage) -> Option<FieldError> {
    let is_import = typed_in(form, "payment") == FirstPayment::None.text();
    let end = Start::parse(form.body(Blank::Omit)["endsAt"].as_str()?).ok()?.instant(call.viewer.zone);
    let message = if is_import { "Must lie in the future" } else { "Must lie after the beginning, and in the future" };
    (end <= call.viewer.now).then(|| FieldError::new("endsAt", message))
}

/// What is wrong with the names that the form takes, and whatever else the API would say of the body.
fn with_others(mut wrong: Vec<FieldError>, body: Value) -> Vec<FieldError> {
    let others = read_body::<SubscriptionCreate>(body).map_or_else(|reject| reject.details, |_| Vec::new());
    // The form asks for a price, and with it knows the product.
    let is_new = |other: &FieldError| other.field != "productId" && !wrong.iter().any(|w| w.field == other.field);
    let others: Vec<FieldError> = others.into_iter().filter(is_new).collect();
    wrong.extend(others);
    wrong
}

pub async fn create(call: PageCall) -> Result<PageReply> {
    let offer = offer(&call, None).await?;
    let mut form = new_form(&call, &offer).await?;
    form.take(&call.posted);
    let named = named(&call, &offer, &form).await?;
    let body = named.body(&form);
    form.api = form.api.take().map(|api| ApiCall { body: Some(named.shown(&form)), ..api });
    keep_typed(&call, &offer, &named, &mut form).await?;
    let others = [named.trial.wrong(&form), start_error(&call, &form), end_error(&call, &form), coupon_error(&call, &named, &form)?];
    let names = [named.customer.into_error(&mut form, "customerId"), named.price.into_error(&mut form, "priceId")];
    // Everything that is wrong is said at once.
    let wrong = with_others(names.into_iter().chain(others).flatten().collect(), body.clone());
    if !wrong.is_empty() {
        return call.refused(form, Error::Reject(Reject::fields(wrong)));
    }
    let run = async |app: Arc<App>, caller, input: Kept<SubscriptionCreate>| {
        app.subscription_create(caller, input).await.map_err(|e| beside(e, "payment", is_of_balance))
    };
    call.submit_body(form, body, run, made).await
}

/// Who was chosen out of several stands in the form, should it come back, as one would have typed it.
async fn keep_typed(call: &PageCall, offer: &Offer, named: &Names, form: &mut FormPage) -> Result<()> {
    keep_customer(call, &named.customer, form)?;
    if let (true, Some((_, price)), Some(field)) = (offer.more, named.price.one(), form.field_mut("priceId")) {
        let text =
            price_choices(&offer.products, offer.currency, &call.viewer).into_iter().find(|c| c.value == price.text()).map(|c| c.text.show(&call.viewer));
        // Where several are called the same, only the id says which.
        if let Some(text) = text
            && price_named(call, offer, &text).await?.one().is_some_and(|(_, named)| named == price)
        {
            field.value = text;
        }
    }
    Ok(())
}
