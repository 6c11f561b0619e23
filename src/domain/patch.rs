//! What a PATCH says of a field: keep it, clear it, or set it.

/// A field that can be cleared: left out keeps it, `null` clears it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Patch<T> {
    #[default]
    Keep,
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    pub fn apply(self, current: &mut Option<T>) {
        match self {
            Patch::Keep => {}
            Patch::Clear => *current = None,
            Patch::Set(value) => *current = Some(value),
        }
    }
}

/// A field that always has a value: left out keeps it, and `null` is refused.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Change<T> {
    #[default]
    Keep,
    Set(T),
}

impl<T> Change<T> {
    pub fn apply(self, current: &mut T) {
        if let Change::Set(value) = self {
            *current = value;
        }
    }

    pub fn get(&self) -> Option<&T> {
        match self {
            Change::Keep => None,
            Change::Set(value) => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_kept_cleared_or_set() {
        let mut value = Some(1);
        Patch::Keep.apply(&mut value);
        assert_eq!(value, Some(1));
        Patch::Set(2).apply(&mut value);
        assert_eq!(value, Some(2));
        Patch::Clear.apply(&mut value);
        assert_eq!(value, None);

        let mut plain = 1;
        Change::Keep.apply(&mut plain);
        assert_eq!(plain, 1);
        Change::Set(3).apply(&mut plain);
        assert_eq!(plain, 3);
    }
}
