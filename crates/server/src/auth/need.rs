//! Who may call a route, and who is calling.
//!
//! **Invariant:** a token's rights are computed here and nowhere else: the least of its creator's role (at the time of
//! making, and now) and what its scopes are worth.

use hmm_domain::actor::ActorKind;
use hmm_domain::{Actor, Label, Role, Scope, SessionId, TokenId, UserId};

/// What a route asks of its caller. Every route states one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nobody in particular: before sign-in.
    Open,
    /// A viewer, or anybody of this network where a person has chosen so (S4). For fleet, price and plan GETs only.
    Fleet,
    Viewer,
    Operator,
    Admin,
    /// Scope `metrics` or `admin`, or an administrator in person.
    Metrics,
    /// Somebody signed in with a password, of whatever role: their own account.
    Person,
    /// An administrator in person: tokens make neither people nor tokens (S3).
    AdminInPerson,
    /// An administrator; or, while there is none, whoever has the set-up code. The handler asks for the code (S1).
    AdminOrCode,
}

impl Need {
    pub const ALL: [Self; 9] = [
        Self::Open,
        Self::Fleet,
        Self::Viewer,
        Self::Operator,
        Self::Admin,
        Self::Metrics,
        Self::Person,
        Self::AdminInPerson,
        Self::AdminOrCode,
    ];

    /// As the OpenAPI document says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "nobody",
            Self::Fleet => "viewer, or anyone where this network is open",
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
            Self::Metrics => "scope metrics, or admin",
            Self::Person => "anyone signed in with a password",
            Self::AdminInPerson => "admin signed in with a password",
            Self::AdminOrCode => "admin, or the set-up code while there is none",
        }
    }

    pub fn allows(self, caller: &Principal) -> bool {
        let in_person = matches!(caller.who, Who::Person { .. });
        match self {
            Self::Open => true,
            Self::Fleet | Self::Viewer => caller.may(Role::Viewer),
            Self::Operator => caller.may(Role::Operator),
            Self::Admin | Self::AdminOrCode => caller.may(Role::Admin),
            Self::Metrics => caller.metrics || caller.may(Role::Admin),
            Self::Person => in_person,
            Self::AdminInPerson => in_person && caller.may(Role::Admin),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Person { user: UserId, session: SessionId },
    Token { token: TokenId, creator: Option<UserId> },
}

/// Somebody who proved who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    pub who: Who,
    pub name: Label,
    /// What they may do here and now; `None` for a token that is for metrics alone.
    pub role: Option<Role>,
    metrics: bool,
}

impl Principal {
    pub fn person(user: UserId, session: SessionId, name: Label, role: Role) -> Self {
        Self { who: Who::Person { user, session }, name, role: Some(role), metrics: false }
    }

    pub fn token(token: TokenId, creator: Option<UserId>, name: Label, role: Role, scopes: &[Scope]) -> Self {
        let worth = scopes.iter().filter_map(|scope| worth(*scope)).max().map(|most| most.min(role));
        Self { who: Who::Token { token, creator }, name, role: worth, metrics: scopes.contains(&Scope::Metrics) }
    }

    pub fn may(&self, role: Role) -> bool {
        self.role.is_some_and(|mine| mine >= role)
    }

    pub fn user(&self) -> Option<UserId> {
        match self.who {
            Who::Person { user, .. } => Some(user),
            Who::Token { creator, .. } => creator,
        }
    }

    /// One word that tells this principal from every other.
    pub fn key(&self) -> String {
        match self.who {
            Who::Person { user, .. } => format!("user:{user}"),
            Who::Token { token, .. } => format!("token:{token}"),
        }
    }

    pub fn actor(&self, address: Option<String>) -> Actor {
        let kind = match self.who {
            Who::Person { user, .. } => ActorKind::Person(user),
            Who::Token { token, .. } => ActorKind::Token(token),
        };
        Actor { kind, name: self.name.clone(), address }
    }
}

/// The role that a scope is worth.
pub const fn worth(scope: Scope) -> Option<Role> {
    match scope {
        Scope::Read => Some(Role::Viewer),
        Scope::Control => Some(Role::Operator),
        Scope::Admin => Some(Role::Admin),
        Scope::Metrics => None,
    }
}

/// All that a role can give to a token.
pub fn scopes_of(role: Role) -> Vec<Scope> {
    match role {
        Role::Viewer => vec![Scope::Read],
        Role::Operator => vec![Scope::Read, Scope::Control],
        Role::Admin => vec![Scope::Read, Scope::Control, Scope::Metrics, Scope::Admin],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(role: Role, scopes: &[Scope]) -> Principal {
        Principal::token(TokenId::new(1), None, Label::new("t"), role, scopes)
    }

    #[test]
    fn s3_a_token_is_never_above_its_creator_nor_above_its_scopes() {
        assert_eq!(token(Role::Viewer, &[Scope::Admin, Scope::Control]).role, Some(Role::Viewer));
        assert_eq!(token(Role::Admin, &[Scope::Read]).role, Some(Role::Viewer));
        assert_eq!(token(Role::Admin, &[Scope::Read, Scope::Control]).role, Some(Role::Operator));
        let metrics = token(Role::Admin, &[Scope::Metrics]);
        assert_eq!(metrics.role, None);
        let allowed: Vec<_> = Need::ALL.into_iter().filter(|need| need.allows(&metrics)).collect();
        assert_eq!(allowed, [Need::Open, Need::Metrics]);
    }

    #[test]
    fn s3_a_token_never_makes_people_or_tokens() {
        let all = token(Role::Admin, &scopes_of(Role::Admin));
        assert!(Need::Admin.allows(&all));
        assert!(!Need::AdminInPerson.allows(&all));
        assert!(!Need::Person.allows(&all));
    }
}
