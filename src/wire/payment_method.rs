//! Stored payment methods as clients write and see them.

use serde_json::{Value, json};

use crate::domain::id::{CustomerId, PaymentMethodId};
use crate::domain::payment::Provider;
use crate::domain::payment_method::{Behavior, PaymentMethod};
use crate::domain::reject::FieldError;
use crate::domain::text::Metadata;
use crate::domain::time::Timestamp;
use crate::wire::customer::MetadataShape;
use crate::wire::input::Field;
use crate::wire::json::Raw;
use crate::wire::shape::{Definitions, Shape};

/// The kinds that can be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MethodType {
    Test,
}

impl MethodType {
    pub const ALL: [MethodType; 1] = [MethodType::Test];

    pub fn text(self) -> &'static str {
        self.provider().text()
    }

    pub fn provider(self) -> Provider {
        match self {
            MethodType::Test => Provider::Test,
        }
    }
}

words! {
    MethodType => MethodType::ALL, MethodType::text;
}

impl Field for Behavior {
    fn read(value: Value, path: &str, errors: &mut Vec<FieldError>) -> Option<Self> {
        let read = value.as_str().map_or_else(|| Err("Must be a string".to_owned()), Self::parse);
        read.map_err(|message| errors.push(FieldError::new(path, message))).ok()
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": "^(succeed|decline|decline:[1-9][0-9]?|timeout|late-failure|double)$", "examples": ["succeed", "decline:2"] })
    }
}

input! {
    /// A payment method to be stored.
    PaymentMethodCreate {
        "type" kind: MethodType, "`test` on a test clock, and only there.";
        "behavior" behavior: Option<Behavior>, "What a `test` method does: `succeed` (default), `decline`, `decline:2` (declines twice, then succeeds), `timeout` (no outcome until it is asked for), `late-failure` (succeeds, and reports a failure afterwards) or `double` (charges twice).";
        "metadata" metadata: Option<Metadata>, "";
    }
}

output! {
    /// A stored payment method.
    PaymentMethodJson as "PaymentMethod" (m: PaymentMethod) {
        "id": PaymentMethodId = m.id, "";
        "customerId": CustomerId = m.customer_id, "";
        "type": MethodType = m.provider.text(), "";
        "behavior": Option<BehaviorShape> = (m.provider == Provider::Test).then_some(&m.detail), "What a `test` method does.";
        "isDefault": bool = m.is_default, "Charged where a subscription names no other.";
        "metadata": MetadataShape = Raw(m.metadata.as_str()), "";
        "createdAt": Timestamp = m.created_at, "";
        "updatedAt": Timestamp = m.updated_at, "";
    }
}

struct BehaviorShape;

impl Shape for BehaviorShape {
    fn shape(definitions: &mut Definitions) -> Value {
        Behavior::schema(definitions)
    }
}
