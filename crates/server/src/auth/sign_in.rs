//! Signing in and out, the first administrator, changes of password, role and second factor.
//!
//! **Invariant:** whatever lessens somebody's rights ends their sessions, tokens and live sockets before it returns.

use super::password::{self, fault};
use super::recognise::TOKEN_PREFIX;
use super::setup::Tried;
use super::{AuthError, Client, Gatekeeper, random, totp};
use hmm_domain::account::{Session, Token, User};
use hmm_domain::audit::AuditEntry;
use hmm_domain::port::StoreError;
use hmm_domain::{Actor, Label, Role, Scope, SessionId, Timestamp, TokenId, UserId};
use hmm_engine::Tasks;

/// What somebody sends to sign in.
pub struct Credentials<'a> {
    pub name: &'a str,
    pub password: &'a str,
    /// Six digits, or a recovery code.
    pub totp: Option<&'a str>,
}

/// A session just begun. The cookie value is nowhere else.
pub struct Begun {
    pub user: User,
    pub cookie: String,
    pub expires_at: Timestamp,
}

impl Gatekeeper {
    pub async fn sign_in(
        &self,
        tasks: &Tasks,
        credentials: &Credentials<'_>,
        client: &Client,
    ) -> Result<Begun, AuthError> {
        let user = self.prove(tasks, credentials, client).await?;
        self.begin(user, client).await
    }

    /// Password and second factor, counted together.
    async fn prove(&self, tasks: &Tasks, credentials: &Credentials<'_>, client: &Client) -> Result<User, AuthError> {
        let attempt = self.throttle.admit(credentials.name, client.address).map_err(AuthError::Wait)?;
        // What fails here for reasons of ours is nobody's guess.
        let judged = match self.judge(tasks, credentials).await {
            Ok(judged) => judged,
            Err(error) => {
                self.throttle.undecided(&attempt);
                return Err(error);
            }
        };
        match judged {
            Judged::Right(user) => {
                self.throttle.succeeded(&attempt);
                Ok(user)
            }
            Judged::CodeMissing => {
                self.throttle.undecided(&attempt);
                Err(AuthError::TotpRequired)
            }
            Judged::Wrong => Err(AuthError::Wrong),
        }
    }

    async fn judge(&self, tasks: &Tasks, credentials: &Credentials<'_>) -> Result<Judged, AuthError> {
        let user = self.store.user_by_name(credentials.name).await?;
        let stored = user.as_ref().map(|user| user.password_hash.as_str());
        let right = self.desk.check(tasks, credentials.password, stored).await?;
        let Some(user) = user.filter(|_| right) else { return Ok(Judged::Wrong) };
        if !user.totp_enabled {
            return Ok(Judged::Right(user));
        }
        let Some(code) = credentials.totp else { return Ok(Judged::CodeMissing) };
        Ok(if self.code_counts(user.id, code).await? { Judged::Right(user) } else { Judged::Wrong })
    }

    /// Uses up a step or a recovery code.
    async fn code_counts(&self, user: UserId, code: &str) -> Result<bool, AuthError> {
        let secret = self.store.secret_get(&totp::secret_name(user)).await?.unwrap_or_default();
        if let Some(step) = totp::step_of(&secret, code, self.clock.now()) {
            return Ok(self.store.totp_step_use(user, step).await?);
        }
        Ok(self.store.recovery_use(user, &totp::recovery_hash(code)).await?)
    }

    /// A new random session, whatever the browser had before.
    async fn begin(&self, user: User, client: &Client) -> Result<Begun, AuthError> {
        let now = self.clock.now();
        let cookie = random::secret()?;
        let session = Session {
            id: SessionId::new(0),
            user: user.id,
            hash: random::hash(&cookie),
            created_at: now,
            last_seen_at: now,
            expires_at: now + self.config.security.session_max,
            address: client.address_text(),
        };
        // The password may have been changed while it was checked: then it was the wrong one after all.
        if self.store.session_add(&session, &user.password_hash).await?.is_none() {
            return Err(AuthError::Wrong);
        }
        Ok(Begun { user, cookie, expires_at: session.expires_at })
    }

    pub async fn sign_out(&self, session: SessionId) -> Result<(), StoreError> {
        self.store.session_remove(session).await?;
        self.access_changed();
        Ok(())
    }

    /// Makes the first administrator and signs them in.
    pub async fn set_up(
        &self,
        tasks: &Tasks,
        code: &str,
        name: &str,
        password: &str,
        client: &Client,
    ) -> Result<Begun, AuthError> {
        let _turn = self.setup.turn.lock().await;
        if !self.setup.needed() {
            return Err(AuthError::SetupOver);
        }
        // Neither a database that is away nor a short password costs a try.
        let label = person_check(name, password)?;
        self.show_code(code, client).await?;
        let nobody_yet = Actor { address: client.address_text(), ..Actor::system() };
        let user = if let Some(known) = self.store.user_by_name(name).await? {
            self.claim(tasks, known, password, &nobody_yet).await?
        } else {
            let after = serde_json::json!({ "name": label, "role": Role::Admin });
            let intent = AuditEntry::new(self.clock.now(), &nobody_yet, "user.add", "user").after(after);
            let work = self.person_make(tasks, name, password, Role::Admin);
            self.noted_new(intent, work, |user| format!("user:{}", user.id)).await?
        };
        self.setup.done();
        self.begin(user, client).await
    }

    /// A new password for an administrator who came back from a backup without one.
    async fn claim(&self, tasks: &Tasks, known: User, password: &str, actor: &Actor) -> Result<User, AuthError> {
        if known.role != Role::Admin || !known.password_hash.is_empty() {
            let why = "somebody else has this name; take the one of an administrator, or a new one";
            return Err(AuthError::Invalid { pointer: "/name", why });
        }
        let intent = AuditEntry::new(self.clock.now(), actor, "user.password", format!("user:{}", known.id));
        self.noted(intent, self.password_put(tasks, &known, password, Some(""))).await?;
        self.store.user_find(known.id).await?.ok_or(AuthError::Wrong)
    }

    /// The set-up code, where it alone lets somebody in. It stays good (S1).
    pub async fn show_code(&self, code: &str, client: &Client) -> Result<(), AuthError> {
        self.store.ping().await?;
        match self.setup.attempt_from(code, client.address) {
            Tried::Right => Ok(()),
            Tried::Wrong => Err(AuthError::SetupCodeWrong),
            Tried::Wait(wait) => Err(AuthError::Wait(wait)),
            Tried::Over => Err(AuthError::SetupOver),
        }
    }

    /// Lets somebody in as this user, who need not have a password. For houses where nothing is anybody's.
    pub async fn admit(&self, user: User, client: &Client) -> Result<Begun, AuthError> {
        self.begin(user, client).await
    }

    /// Adds a person.
    pub async fn person_make(&self, tasks: &Tasks, name: &str, password: &str, role: Role) -> Result<User, AuthError> {
        let label = person_check(name, password)?;
        let mut user = User {
            id: UserId::new(0),
            name: label,
            role,
            password_hash: self.desk.hash(tasks, password).await?,
            totp_enabled: false,
            totp_last_step: None,
            created_at: self.clock.now(),
        };
        user.id = self.store.user_add(&user).await?;
        Ok(user)
    }

    /// The present password (and code), asked again before something grave. Counts like signing in.
    pub async fn prove_again(
        &self,
        tasks: &Tasks,
        user: UserId,
        password: &str,
        code: Option<&str>,
        client: &Client,
    ) -> Result<User, AuthError> {
        let Some(known) = self.store.user_find(user).await? else { return Err(AuthError::Wrong) };
        let credentials = Credentials { name: known.name.as_str(), password, totp: code };
        self.prove(tasks, &credentials, client).await
    }

    /// Somebody else's, whatever it was.
    pub async fn password_change(&self, tasks: &Tasks, user: User, fresh: &str) -> Result<(), AuthError> {
        self.password_put(tasks, &user, fresh, None).await
    }

    /// One's own, by the `user` who has just proven it. `Wrong` when it was changed meanwhile.
    pub async fn password_change_own(&self, tasks: &Tasks, user: &User, fresh: &str) -> Result<(), AuthError> {
        self.password_put(tasks, user, fresh, Some(&user.password_hash)).await
    }

    async fn password_put(
        &self,
        tasks: &Tasks,
        user: &User,
        fresh: &str,
        expected: Option<&str>,
    ) -> Result<(), AuthError> {
        if let Some(why) = fault(fresh, user.name.as_str()) {
            return Err(AuthError::Invalid { pointer: "/password", why });
        }
        let hash = self.desk.hash(tasks, fresh).await?;
        if !self.store.user_password_set(user.id, &hash, expected).await? {
            return Err(AuthError::Wrong);
        }
        self.put_out(user.id).await
    }

    /// `Conflict("the last admin")` when no administrator would be left.
    pub async fn role_change(&self, user: User, role: Role) -> Result<(), AuthError> {
        self.store.user_role_set(user.id, role).await?;
        self.put_out(user.id).await
    }

    /// Ends everything that somebody has open, at once.
    async fn put_out(&self, user: UserId) -> Result<(), AuthError> {
        self.store.sessions_end(Some(user)).await?;
        self.store.tokens_end(user).await?;
        self.access_changed();
        Ok(())
    }

    pub async fn person_remove(&self, user: UserId) -> Result<(), AuthError> {
        self.store.user_remove(user).await?;
        self.store.secret_put(&totp::secret_name(user), None).await?;
        self.store.secret_put(&totp::pending_name(user), None).await?;
        self.put_out(user).await
    }

    /// Begins a second factor: it counts only after its first code. Returns the secret and the link for the camera.
    pub async fn totp_begin(&self, user: &User) -> Result<(String, String), AuthError> {
        let secret = totp::new_secret()?;
        self.store.secret_put(&totp::pending_name(user.id), Some(&secret)).await?;
        let uri = totp::uri(&secret, user.name.as_str());
        Ok((secret, uri))
    }

    /// Takes the first code, and returns ten recovery codes that are shown once. `None`: nothing was begun.
    pub async fn totp_confirm(
        &self,
        user: UserId,
        code: &str,
        client: &Client,
        actor: &Actor,
    ) -> Result<Option<Vec<String>>, AuthError> {
        let Some(user) = self.store.user_find(user).await? else { return Ok(None) };
        let Some(secret) = self.store.secret_get(&totp::pending_name(user.id)).await? else { return Ok(None) };
        let now = self.clock.now();
        let attempt = self.throttle.admit(user.name.as_str(), client.address).map_err(AuthError::Wait)?;
        let Some(step) = totp::step_of(&secret, code, now) else { return Err(AuthError::Wrong) };
        self.throttle.succeeded(&attempt);
        let intent = AuditEntry::new(now, actor, "user.totp_on", format!("user:{}", user.id));
        self.noted(intent, self.totp_take(user.id, &secret, step)).await.map(Some)
    }

    async fn totp_take(&self, user: UserId, secret: &str, step: i64) -> Result<Vec<String>, AuthError> {
        let (codes, hashes) = totp::recovery()?;
        self.store.recovery_put(user, &hashes).await?;
        self.store.secret_put(&totp::secret_name(user), Some(secret)).await?;
        self.store.secret_put(&totp::pending_name(user), None).await?;
        self.store.user_totp_set(user, true).await?;
        self.store.totp_step_use(user, step).await?;
        Ok(codes)
    }

    pub async fn totp_end(&self, user: User) -> Result<(), AuthError> {
        self.store.user_totp_set(user.id, false).await?;
        self.store.recovery_put(user.id, &[]).await?;
        self.store.secret_put(&totp::secret_name(user.id), None).await?;
        self.put_out(user.id).await
    }

    /// A token, shown this once. The caller has checked that it is not above its maker.
    pub async fn token_make(
        &self,
        name: Label,
        role: Role,
        scopes: Vec<Scope>,
        creator: Option<UserId>,
        expires_at: Option<Timestamp>,
    ) -> Result<(TokenId, String), AuthError> {
        let secret = format!("{TOKEN_PREFIX}{}", random::secret()?);
        let token = Token {
            id: TokenId::new(0),
            name,
            hash: random::hash(&secret),
            scopes,
            role,
            creator,
            created_at: self.clock.now(),
            expires_at,
            last_used_at: None,
            uses: 0,
        };
        Ok((self.store.token_add(&token).await?, secret))
    }

    /// Whether there was such a token.
    pub async fn token_end(&self, token: TokenId) -> Result<bool, AuthError> {
        let was = self.store.token_remove(token).await?;
        self.access_changed();
        Ok(was)
    }
}

/// The name, when name and password will do.
fn person_check(name: &str, password: &str) -> Result<Label, AuthError> {
    let label = Label::exact(name)
        .ok_or(AuthError::Invalid { pointer: "/name", why: "use 1 to 64 visible characters, no spaces around" })?;
    match fault(password, name) {
        Some(why) => Err(AuthError::Invalid { pointer: "/password", why }),
        None => Ok(label),
    }
}

enum Judged {
    Right(User),
    CodeMissing,
    Wrong,
}

/// A password that nobody has to invent: for a reset at the command line.
pub(super) fn new_password() -> Result<String, AuthError> {
    let made = random::code(4, 4)?;
    debug_assert!(made.len() >= password::LENGTH_MIN);
    Ok(made)
}
