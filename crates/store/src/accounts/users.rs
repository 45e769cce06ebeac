//! People and what they prove themselves with.
//!
//! **Invariant:** changes that could take the last admin away look and act under one lock.

use crate::convert::{at, from_word, word};
use crate::db::{Db, column};
use crate::entity::{recovery_code, session, token, user};
use crate::error::{Result, said};
use hmm_domain::account::{Role, User};
use hmm_domain::port::StoreError;
use hmm_domain::{Label, UserId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryOrder,
};
use user::Column;

const LAST_ADMIN: StoreError = StoreError::Conflict("the last admin");

fn person(row: user::Model) -> Result<User> {
    Ok(User {
        id: UserId::new(row.id),
        name: Label::new(&row.name),
        role: from_word("role of a user", &row.role)?,
        password_hash: row.password_hash,
        totp_enabled: row.totp_enabled,
        totp_last_step: row.totp_last_step,
        created_at: at(row.created_at),
    })
}

pub(super) async fn add(db: &Db, user: &User) -> Result<UserId> {
    let row = user::ActiveModel {
        id: NotSet,
        name: Set(user.name.as_str().to_owned()),
        role: Set(word(&user.role)?),
        password_hash: Set(user.password_hash.clone()),
        totp_enabled: Set(user.totp_enabled),
        totp_last_step: Set(user.totp_last_step),
        created_at: Set(user.created_at.millis()),
    };
    let done = user::Entity::insert(row).exec(db.write()?).await.map_err(said)?;
    Ok(UserId::new(done.last_insert_id))
}

pub(super) async fn list(db: &Db) -> Result<Vec<User>> {
    let rows = user::Entity::find().order_by_asc(Column::Id).all(db.read()).await.map_err(said)?;
    rows.into_iter().map(person).collect()
}

pub(super) async fn find(db: &Db, id: UserId) -> Result<Option<User>> {
    user::Entity::find_by_id(id.get()).one(db.read()).await.map_err(said)?.map(person).transpose()
}

pub(super) async fn by_name(db: &Db, name: &str) -> Result<Option<User>> {
    let find = user::Entity::find().filter(Column::Name.eq(name));
    find.one(db.read()).await.map_err(said)?.map(person).transpose()
}

/// A transaction in which nobody else adds, changes or removes a user. On SQLite every write transaction is alone.
async fn alone(db: &Db) -> Result<DatabaseTransaction> {
    let tx = db.begin().await?;
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE house_user IN SHARE ROW EXCLUSIVE MODE").await.map_err(said)?;
    }
    Ok(tx)
}

async fn other_admins(db: &Db, tx: &DatabaseTransaction, id: UserId) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS n FROM house_user WHERE role = $1 AND id <> $2";
    let stmt = db.statement(sql, [word(&Role::Admin)?.into(), id.get().into()]);
    let row = tx.query_one_raw(stmt).await.map_err(said)?;
    row.map_or(Ok(0), |row| column(&row, "n"))
}

async fn is_admin(tx: &DatabaseTransaction, id: UserId) -> Result<bool> {
    let row = user::Entity::find_by_id(id.get()).one(tx).await.map_err(said)?;
    Ok(row.map(person).transpose()?.is_some_and(|user| user.role == Role::Admin))
}

/// Somebody has to be there for a change to count.
fn there(rows: u64, id: UserId) -> Result<()> {
    if rows == 0 {
        return Err(StoreError::Corrupt(format!("user {id} is not there")));
    }
    Ok(())
}

pub(super) async fn role_set(db: &Db, id: UserId, role: Role) -> Result<()> {
    let tx = alone(db).await?;
    if role != Role::Admin && is_admin(&tx, id).await? && other_admins(db, &tx, id).await? == 0 {
        return Err(LAST_ADMIN);
    }
    let row = user::ActiveModel { role: Set(word(&role)?), ..Default::default() };
    let update = user::Entity::update_many().set(row).filter(Column::Id.eq(id.get()));
    there(update.exec(&tx).await.map_err(said)?.rows_affected, id)?;
    tx.commit().await.map_err(said)
}

pub(super) async fn password_set(db: &Db, id: UserId, hash: &str, expected: Option<&str>) -> Result<bool> {
    let row = user::ActiveModel { password_hash: Set(hash.to_owned()), ..Default::default() };
    let mut update = user::Entity::update_many().set(row).filter(Column::Id.eq(id.get()));
    if let Some(expected) = expected {
        update = update.filter(Column::PasswordHash.eq(expected));
    }
    Ok(update.exec(db.write()?).await.map_err(said)?.rows_affected > 0)
}

/// Leaves the last step alone: one that was used stays used.
pub(super) async fn totp_set(db: &Db, id: UserId, on: bool) -> Result<()> {
    let row = user::ActiveModel { totp_enabled: Set(on), ..Default::default() };
    let update = user::Entity::update_many().set(row).filter(Column::Id.eq(id.get()));
    there(update.exec(db.write()?).await.map_err(said)?.rows_affected, id)
}

pub(super) async fn remove(db: &Db, id: UserId) -> Result<()> {
    let tx = alone(db).await?;
    if is_admin(&tx, id).await? && other_admins(db, &tx, id).await? == 0 {
        return Err(LAST_ADMIN);
    }
    let id = id.get();
    session::Entity::delete_many().filter(session::Column::UserId.eq(id)).exec(&tx).await.map_err(said)?;
    token::Entity::delete_many().filter(token::Column::Creator.eq(id)).exec(&tx).await.map_err(said)?;
    recovery_code::Entity::delete_many().filter(recovery_code::Column::UserId.eq(id)).exec(&tx).await.map_err(said)?;
    user::Entity::delete_by_id(id).exec(&tx).await.map_err(said)?;
    tx.commit().await.map_err(said)
}

pub(super) async fn totp_step_use(db: &Db, id: UserId, step: i64) -> Result<bool> {
    let sql =
        "UPDATE house_user SET totp_last_step = $1 WHERE id = $2 AND (totp_last_step IS NULL OR totp_last_step < $1)";
    let done = db.write()?.execute_raw(db.statement(sql, [step.into(), id.get().into()])).await.map_err(said)?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn recovery_put(db: &Db, id: UserId, hashes: &[String]) -> Result<()> {
    let tx = db.begin().await?;
    recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(id.get()))
        .exec(&tx)
        .await
        .map_err(said)?;
    let rows = hashes.iter().map(|hash| recovery_code::ActiveModel { user_id: Set(id.get()), hash: Set(hash.clone()) });
    if !hashes.is_empty() {
        recovery_code::Entity::insert_many(rows).exec_without_returning(&tx).await.map_err(said)?;
    }
    tx.commit().await.map_err(said)
}

pub(super) async fn recovery_use(db: &Db, id: UserId, hash: &str) -> Result<bool> {
    let done = recovery_code::Entity::delete_many()
        .filter(recovery_code::Column::UserId.eq(id.get()))
        .filter(recovery_code::Column::Hash.eq(hash))
        .exec(db.write()?)
        .await
        .map_err(said)?;
    Ok(done.rows_affected > 0)
}
