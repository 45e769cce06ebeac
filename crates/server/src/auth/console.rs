//! What somebody at the command line of this machine may do without signing in: make a token, reset a password.
//!
//! **Invariant:** works on the store alone, so that it works without a running server. With one, call
//! [`super::Gatekeeper::access_changed`] afterwards.

use super::recognise::TOKEN_PREFIX;
use super::{AuthError, noted, password, random, scopes_of, sign_in, totp};
use hmm_domain::account::Token;
use hmm_domain::audit::AuditEntry;
use hmm_domain::port::{Clock, Store};
use hmm_domain::{Actor, Label, Role, Scope, TokenId};

/// Makes a token with all that `role` can give, and returns it: it cannot be seen again.
pub async fn token_create(store: &dyn Store, clock: &dyn Clock, role: Role, name: &str) -> Result<String, AuthError> {
    token_narrow(store, clock, role, name, scopes_of(role)).await
}

/// Makes a token with these scopes. The caller has checked that `role` can give them.
pub async fn token_narrow(
    store: &dyn Store,
    clock: &dyn Clock,
    role: Role,
    name: &str,
    scopes: Vec<Scope>,
) -> Result<String, AuthError> {
    let label = Label::exact(name)
        .ok_or(AuthError::Invalid { pointer: "/name", why: "use 1 to 64 visible characters, no spaces around" })?;
    let secret = format!("{TOKEN_PREFIX}{}", random::secret()?);
    let now = clock.now();
    let token = Token {
        id: TokenId::new(0),
        name: label,
        hash: random::hash(&secret),
        scopes,
        role,
        creator: None,
        created_at: now,
        expires_at: None,
        last_used_at: None,
        uses: 0,
    };
    let intent = AuditEntry::new(now, &Actor::console(), "token.create", "token").after(name);
    let work = async { Ok(store.token_add(&token).await?) };
    noted(store, clock, intent, work, |id| Some(format!("token:{id}"))).await?;
    Ok(secret)
}

/// Gives somebody a new password, ends their sessions and tokens and switches their second factor off. Without `fresh`
/// one is made. Returns the password.
pub async fn password_reset(
    store: &dyn Store,
    clock: &dyn Clock,
    name: &str,
    fresh: Option<&str>,
) -> Result<String, AuthError> {
    let user = store.user_by_name(name).await?.ok_or_else(|| AuthError::UnknownAccount(name.to_owned()))?;
    let fresh = match fresh {
        Some(typed) => typed.to_owned(),
        None => sign_in::new_password()?,
    };
    if let Some(why) = password::fault(&fresh, name) {
        return Err(AuthError::Invalid { pointer: "/password", why });
    }
    let hash = password::hash(&fresh)?;
    let id = user.id;
    let work = async {
        if !store.user_password_set(id, &hash, None).await? {
            return Err(AuthError::UnknownAccount(name.to_owned()));
        }
        store.user_totp_set(id, false).await?;
        store.recovery_put(id, &[]).await?;
        store.secret_put(&totp::secret_name(id), None).await?;
        store.sessions_end(Some(id)).await?;
        store.tokens_end(id).await?;
        Ok(())
    };
    let intent = AuditEntry::new(clock.now(), &Actor::console(), "user.reset_password", format!("user:{id}"));
    noted(store, clock, intent, work, |()| None).await?;
    Ok(fresh)
}
