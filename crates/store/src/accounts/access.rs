//! Sessions and tokens: who is let in, until when.
//!
//! **Invariant:** only hashes; a lookup by hash is an exact match on a unique index.

use crate::convert::{at, from_json, from_word, json, unsigned, word};
use crate::db::Db;
use crate::entity::{session, token, user};
use crate::error::{Result, said};
use crate::idempotency::KEPT;
use hmm_domain::account::{Session, Token};
use hmm_domain::{Label, SessionId, Timestamp, TokenId, UserId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

fn session(row: session::Model) -> Session {
    Session {
        id: SessionId::new(row.id),
        user: UserId::new(row.user_id),
        hash: row.hash,
        created_at: at(row.created_at),
        last_seen_at: at(row.last_seen_at),
        expires_at: at(row.expires_at),
        address: row.address,
    }
}

fn token(row: token::Model) -> Result<Token> {
    Ok(Token {
        id: TokenId::new(row.id),
        name: Label::new(&row.name),
        hash: row.hash,
        scopes: from_json("scopes of a token", &row.scopes)?,
        role: from_word("role of a token", &row.role)?,
        creator: row.creator.map(UserId::new),
        created_at: at(row.created_at),
        expires_at: row.expires_at.map(at),
        last_used_at: row.last_used_at.map(at),
        uses: unsigned("uses of a token", row.uses)?,
    })
}

/// The user's row is held until the session stands (on SQLite a write transaction is alone anyway): whoever changes the
/// password meanwhile waits, and then finds the session to end.
pub(super) async fn session_add(db: &Db, s: &Session, password_hash: &str) -> Result<Option<SessionId>> {
    let tx = db.begin().await?;
    let checked = user::Entity::find_by_id(s.user.get()).filter(user::Column::PasswordHash.eq(password_hash));
    if checked.lock_shared().one(&tx).await.map_err(said)?.is_none() {
        return Ok(None);
    }
    let row = session::ActiveModel {
        id: NotSet,
        user_id: Set(s.user.get()),
        hash: Set(s.hash.clone()),
        created_at: Set(s.created_at.millis()),
        last_seen_at: Set(s.last_seen_at.millis()),
        expires_at: Set(s.expires_at.millis()),
        address: Set(s.address.clone()),
    };
    let done = session::Entity::insert(row).exec(&tx).await.map_err(said)?;
    tx.commit().await.map_err(said)?;
    Ok(Some(SessionId::new(done.last_insert_id)))
}

pub(super) async fn session_by_hash(db: &Db, hash: &str) -> Result<Option<Session>> {
    let find = session::Entity::find().filter(session::Column::Hash.eq(hash));
    Ok(find.one(db.read()).await.map_err(said)?.map(session))
}

pub(super) async fn session_seen(db: &Db, id: SessionId, at: Timestamp) -> Result<()> {
    let row = session::ActiveModel { last_seen_at: Set(at.millis()), ..Default::default() };
    let update = session::Entity::update_many().set(row).filter(session::Column::Id.eq(id.get()));
    update.exec(db.write()?).await.map_err(said).map(drop)
}

pub(super) async fn session_remove(db: &Db, id: SessionId) -> Result<()> {
    session::Entity::delete_by_id(id.get()).exec(db.write()?).await.map_err(said).map(drop)
}

pub(super) async fn sessions_end(db: &Db, user: Option<UserId>) -> Result<u64> {
    let mut end = session::Entity::delete_many();
    if let Some(user) = user {
        end = end.filter(session::Column::UserId.eq(user.get()));
    }
    Ok(end.exec(db.write()?).await.map_err(said)?.rows_affected)
}

pub(super) async fn token_add(db: &Db, t: &Token) -> Result<TokenId> {
    let row = token::ActiveModel {
        id: NotSet,
        name: Set(t.name.as_str().to_owned()),
        hash: Set(t.hash.clone()),
        scopes: Set(json(&t.scopes)?),
        role: Set(word(&t.role)?),
        creator: Set(t.creator.map(UserId::get)),
        created_at: Set(t.created_at.millis()),
        expires_at: Set(t.expires_at.map(Timestamp::millis)),
        last_used_at: Set(t.last_used_at.map(Timestamp::millis)),
        uses: Set(i64::try_from(t.uses).unwrap_or(i64::MAX)),
    };
    let done = token::Entity::insert(row).exec(db.write()?).await.map_err(said)?;
    Ok(TokenId::new(done.last_insert_id))
}

pub(super) async fn token_list(db: &Db) -> Result<Vec<Token>> {
    let rows = token::Entity::find().order_by_asc(token::Column::Id).all(db.read()).await.map_err(said)?;
    rows.into_iter().map(token).collect()
}

pub(super) async fn token_by_hash(db: &Db, hash: &str) -> Result<Option<Token>> {
    let find = token::Entity::find().filter(token::Column::Hash.eq(hash));
    find.one(db.read()).await.map_err(said)?.map(token).transpose()
}

/// `uses` is the new total: the server counts in memory and writes now and then.
pub(super) async fn token_used(db: &Db, id: TokenId, at: Timestamp, uses: u64) -> Result<()> {
    let row = token::ActiveModel {
        last_used_at: Set(Some(at.millis())),
        uses: Set(i64::try_from(uses).unwrap_or(i64::MAX)),
        ..Default::default()
    };
    let update = token::Entity::update_many().set(row).filter(token::Column::Id.eq(id.get()));
    update.exec(db.write()?).await.map_err(said).map(drop)
}

pub(super) async fn token_remove(db: &Db, id: TokenId) -> Result<bool> {
    let done = token::Entity::delete_by_id(id.get()).exec(db.write()?).await.map_err(said)?;
    Ok(done.rows_affected > 0)
}

pub(super) async fn tokens_end(db: &Db, creator: UserId) -> Result<u64> {
    let end = token::Entity::delete_many().filter(token::Column::Creator.eq(creator.get()));
    Ok(end.exec(db.write()?).await.map_err(said)?.rows_affected)
}

/// What has expired: sessions, tokens, kept answers.
pub(super) async fn clean(db: &Db, now: Timestamp) -> Result<u64> {
    let write = db.write()?;
    let mut gone = 0;
    for (sql, before) in [
        ("DELETE FROM session WHERE expires_at <= $1", now),
        ("DELETE FROM token WHERE expires_at <= $1", now),
        ("DELETE FROM kept_answer WHERE claimed_at < $1", now - KEPT),
    ] {
        let done = write.execute_raw(db.statement(sql, [before.millis().into()])).await.map_err(said)?;
        gone += done.rows_affected();
    }
    Ok(gone)
}
