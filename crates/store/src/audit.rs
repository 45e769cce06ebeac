//! The chain of changes: appended by one path, keyed, with its head in two places.
//!
//! Each line's hash is HMAC-SHA256 under a key derived from `secret.key`, over the hash before it, its place and every
//! stored field with its length. The head (how many lines, the last hash) is signed and kept in the database and in
//! `audit.head` beside it, so that lines cut off the end show even when the head in the database was put back too.
//!
//! **Invariant:** the line and the head are one transaction; the file is written after it and so is never ahead. What is
//! hashed is the text as stored, never a re-serialisation of it.

use crate::convert::{at, from_json, json};
use crate::db::Db;
use crate::entity::{audit, audit_head, setting};
use crate::error::{Result, said};
use crate::keys::{SecretKey, mac};
use crate::store::{SqlStore, put_setting};
use async_trait::async_trait;
use audit::Column;
use hmm_domain::audit::{AuditEntry, AuditFilter, AuditHead, AuditRow, AuditVerdict};
use hmm_domain::port::AuditLog;
use hmm_domain::{AuditId, Message, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// Lines per step of a walk over the whole chain.
const STEP: u64 = 1_000;
/// The setting in which a restore notes where the log ends.
const RESTORED: &str = "audit.restored";
const FORGED: &str = "the head of the chain was not signed with this house's key";

/// Key and place of the head, and the lock that makes appends one after the other.
pub(crate) struct Chain {
    key: [u8; 32],
    id: String,
    file: PathBuf,
    turn: Mutex<()>,
}

/// `audit.head`.
#[derive(Debug, Serialize, Deserialize)]
struct HeadFile {
    count: i64,
    hash: String,
    signature: String,
}

impl Chain {
    pub(crate) fn new(key: &SecretKey, config_dir: &Path) -> Self {
        Self {
            key: key.derive("audit"),
            id: crate::backup::key_id(key),
            file: config_dir.join("audit.head"),
            turn: Mutex::new(()),
        }
    }

    /// Tells this house's key from another's.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Within the transaction of a restore: notes, signed, that the log now ends where it stands, so that a kill before
    /// [`Chain::settle`] does not make the head in the file look like a cut tail.
    pub(crate) async fn note_restored(&self, tx: &DatabaseTransaction) -> Result<()> {
        let head = head(tx).await?;
        let signature = self.sign_restored(head.count, &head.hash);
        let note = serde_json::json!({ "count": head.count, "hash": head.hash, "signature": signature });
        put_setting(tx, RESTORED, &note).await
    }

    /// Lets the head in the file follow a restore: right after it, or at the next start when that was cut off.
    pub(crate) async fn settle(&self, db: &Db) -> Result<()> {
        let Some(row) = setting::Entity::find_by_id(RESTORED).one(db.raw_write()).await.map_err(said)? else {
            return Ok(());
        };
        let note: HeadFile = from_json("note of a restore", &row.value)?;
        let head = head(db.raw_write()).await?;
        // A note that is not ours, or of another head, moves nothing: the file goes on saying what it says.
        let ours = self.sign_restored(note.count, &note.hash) == note.signature && self.signed(&head);
        if ours && (note.count, &note.hash) == (head.count, &head.hash) && !self.write_file(head.count, &head.hash) {
            return Ok(());
        }
        setting::Entity::delete_by_id(RESTORED).exec(db.raw_write()).await.map_err(said).map(drop)
    }

    fn sign_restored(&self, count: i64, hash: &str) -> String {
        hex::encode(mac(&self.key, &[format!("restored {count} {hash}").as_bytes()]))
    }

    fn sign(&self, head: &audit_head::Model) -> String {
        let text = format!("head {} {} {} {}", head.count, head.hash, head.base_count, head.base_hash);
        hex::encode(mac(&self.key, &[text.as_bytes()]))
    }

    /// An empty log has no head yet.
    fn signed(&self, head: &audit_head::Model) -> bool {
        head.signature.is_empty() || self.sign(head) == head.signature
    }

    fn sign_file(&self, count: i64, hash: &str) -> String {
        hex::encode(mac(&self.key, &[format!("file {count} {hash}").as_bytes()]))
    }

    /// Length before every field, so that no two different lines give the same bytes.
    fn hash(&self, before: &str, row: &audit::Model) -> String {
        let mut bytes = Vec::with_capacity(512);
        let mut put = |field: Option<&str>| match field {
            None => bytes.push(0),
            Some(text) => {
                bytes.push(1);
                bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        };
        put(Some(before));
        put(Some(&row.id.to_string()));
        put(Some(&row.at.to_string()));
        put(Some(&row.actor));
        put(Some(&row.actor_name));
        put(Some(&row.action));
        put(Some(&row.entity));
        put(row.before_value.as_deref());
        put(row.after_value.as_deref());
        put(row.settles.map(|id| id.to_string()).as_deref());
        put(row.outcome.as_deref());
        hex::encode(mac(&self.key, &[&bytes]))
    }

    /// A crash may leave the file behind the database, never ahead: it is renamed into place after the commit.
    fn write_file(&self, count: i64, hash: &str) -> bool {
        let head = HeadFile { count, hash: hash.to_owned(), signature: self.sign_file(count, hash) };
        let fresh = self.file.with_extension("head.new");
        let written = json(&head)
            .map_err(|e| std::io::Error::other(e.to_string()))
            .and_then(|text| std::fs::write(&fresh, text))
            .and_then(|()| std::fs::rename(&fresh, &self.file));
        if let Err(e) = written {
            tracing::warn!(file = %self.file.display(), error = %e, "the head of the audit log could not be written beside the database");
            return false;
        }
        true
    }

    /// What the file says, if it is ours.
    fn read_file(&self) -> Option<AuditHead> {
        let text = std::fs::read_to_string(&self.file).ok()?;
        let head: HeadFile = serde_json::from_str(&text).ok()?;
        let ours = self.sign_file(head.count, &head.hash) == head.signature;
        ours.then(|| AuditHead { count: head.count.unsigned_abs(), hash: head.hash })
    }

    /// After a restore into another house: what came along was chained with another key and is taken as it is; the
    /// chain goes on from there.
    pub(crate) async fn rebase(&self, tx: &DatabaseTransaction) -> Result<()> {
        let last = audit::Entity::find().order_by_desc(Column::Id).one(tx).await.map_err(said)?;
        let (count, hash) = last.map_or((0, String::new()), |row| (row.id, row.hash));
        let fresh = audit_head::Model {
            id: 1,
            count,
            hash: hash.clone(),
            base_count: count,
            base_hash: hash,
            signature: String::new(),
        };
        self.put(tx, fresh).await
    }

    /// One more line, with the head that follows from it.
    pub(crate) async fn append(&self, tx: &DatabaseTransaction, entry: &AuditEntry) -> Result<(i64, String)> {
        let mut head = head(tx).await?;
        let mut row = model(head.count + 1, entry)?;
        row.hash = self.hash(&head.hash, &row);
        (head.count, head.hash) = (row.id, row.hash.clone());
        audit::Entity::insert(insertable(row)).exec_without_returning(tx).await.map_err(said)?;
        let now = (head.count, head.hash.clone());
        self.put(tx, head).await?;
        Ok(now)
    }

    async fn put(&self, on: &impl ConnectionTrait, head: audit_head::Model) -> Result<()> {
        use audit_head::Column as C;
        let row = audit_head::ActiveModel {
            id: Set(1),
            signature: Set(self.sign(&head)),
            count: Set(head.count),
            hash: Set(head.hash),
            base_count: Set(head.base_count),
            base_hash: Set(head.base_hash),
        };
        audit_head::Entity::insert(row)
            .on_conflict(
                OnConflict::column(C::Id)
                    .update_columns([C::Count, C::Hash, C::BaseCount, C::BaseHash, C::Signature])
                    .to_owned(),
            )
            .exec_without_returning(on)
            .await
            .map_err(said)?;
        Ok(())
    }
}

async fn head(on: &impl ConnectionTrait) -> Result<audit_head::Model> {
    let row = audit_head::Entity::find_by_id(1).one(on).await.map_err(said)?;
    Ok(row.unwrap_or_else(|| audit_head::Model {
        id: 1,
        count: 0,
        hash: String::new(),
        base_count: 0,
        base_hash: String::new(),
        signature: String::new(),
    }))
}

fn line(row: audit::Model) -> Result<AuditRow> {
    let value = |text: Option<String>| text.map(|t| from_json("value in the audit log", &t)).transpose();
    Ok(AuditRow {
        id: AuditId::new(row.id),
        entry: AuditEntry {
            at: at(row.at),
            actor: from_json("author in the audit log", &row.actor)?,
            action: row.action,
            entity: row.entity,
            before: value(row.before_value)?,
            after: value(row.after_value)?,
            settles: row.settles.map(AuditId::new),
            outcome: row.outcome.as_deref().map(Message::new),
        },
        hash: row.hash,
    })
}

fn model(id: i64, entry: &AuditEntry) -> Result<audit::Model> {
    Ok(audit::Model {
        id,
        at: entry.at.millis(),
        actor: json(&entry.actor)?,
        actor_name: entry.actor.name.as_str().to_owned(),
        action: entry.action.clone(),
        entity: entry.entity.clone(),
        before_value: entry.before.as_ref().map(ToString::to_string),
        after_value: entry.after.as_ref().map(ToString::to_string),
        settles: entry.settles.map(AuditId::get),
        outcome: entry.outcome.as_ref().map(|text| text.as_str().to_owned()),
        hash: String::new(),
    })
}

fn filtered(filter: &AuditFilter) -> sea_orm::Select<audit::Entity> {
    let mut find = audit::Entity::find();
    if let Some(actor) = &filter.actor {
        find = find.filter(Column::ActorName.eq(actor));
    }
    if let Some(entity) = &filter.entity {
        find = find.filter(Column::Entity.eq(entity));
    }
    if let Some(action) = &filter.action {
        find = find.filter(Column::Action.eq(action));
    }
    if let Some(from) = filter.from {
        find = find.filter(Column::At.gte(from.millis()));
    }
    if let Some(to) = filter.to {
        find = find.filter(Column::At.lt(Timestamp::millis(to)));
    }
    // Newest first: the page after this line holds older ones.
    if let Some(after) = filter.after_id {
        find = find.filter(Column::Id.lt(after.get()));
    }
    find.order_by_desc(Column::Id).limit(u64::from(filter.limit))
}

fn broken(id: i64, why: &str) -> AuditVerdict {
    AuditVerdict::Broken { at: AuditId::new(id), why: why.to_owned() }
}

impl SqlStore {
    /// Walks the chain from its base to line `last`; `Err` is the first line that is not what was written.
    async fn walk(&self, base: &audit_head::Model, last: i64) -> Result<std::result::Result<AuditHead, AuditVerdict>> {
        let (mut count, mut hash) = (base.base_count, base.base_hash.clone());
        loop {
            let find = audit::Entity::find().filter(Column::Id.gt(count)).filter(Column::Id.lte(last));
            let rows = find.order_by_asc(Column::Id).limit(STEP).all(self.db.read()).await.map_err(said)?;
            if rows.is_empty() {
                return Ok(Ok(AuditHead { count: count.unsigned_abs(), hash }));
            }
            for row in rows {
                if row.id != count + 1 {
                    return Ok(Err(broken(count + 1, "this line is missing")));
                }
                let expected = self.chain.hash(&hash, &row);
                if expected != row.hash {
                    return Ok(Err(broken(row.id, "this line, or the one before it, is not what was written")));
                }
                (count, hash) = (row.id, row.hash);
            }
        }
    }

    /// Lines after the head as it stands now, and after `last`, were not appended here.
    async fn beyond(&self, last: i64) -> Result<Option<AuditVerdict>> {
        let _turn = self.chain.turn.lock().await;
        let head = head(self.db.read()).await?;
        if !self.chain.signed(&head) {
            return Ok(Some(broken(head.count, FORGED)));
        }
        let find = audit::Entity::find().filter(Column::Id.gt(Ord::max(head.count, last))).order_by_asc(Column::Id);
        let line = find.one(self.db.read()).await.map_err(said)?;
        Ok(line.map(|line| broken(line.id, "the chain goes on after its head")))
    }
}

#[async_trait]
impl AuditLog for SqlStore {
    async fn audit_append(&self, entry: &AuditEntry) -> Result<AuditId> {
        let _turn = self.chain.turn.lock().await;
        let tx = self.db.begin().await?;
        let (count, hash) = self.chain.append(&tx, entry).await?;
        tx.commit().await.map_err(said)?;
        self.chain.write_file(count, &hash);
        Ok(AuditId::new(count))
    }

    async fn audit_list(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>> {
        filtered(filter).all(self.db.read()).await.map_err(said)?.into_iter().map(line).collect()
    }

    async fn audit_open(&self, action: &str) -> Result<Vec<AuditRow>> {
        let settled =
            Query::select().column(Column::Settles).from(audit::Entity).and_where(Column::Settles.is_not_null()).take();
        let find = audit::Entity::find()
            .filter(Column::Action.eq(action))
            .filter(Column::Settles.is_null())
            .filter(Column::Outcome.is_null())
            .filter(Expr::col(Column::Id).not_in_subquery(settled))
            .order_by_asc(Column::Id);
        find.all(self.db.read()).await.map_err(said)?.into_iter().map(line).collect()
    }

    async fn audit_head(&self) -> Result<AuditHead> {
        let head = head(self.db.read()).await?;
        Ok(AuditHead { count: head.count.unsigned_abs(), hash: head.hash })
    }

    /// People append while the chain is walked: the walk ends where the head stood when it began.
    async fn audit_verify(&self) -> Result<AuditVerdict> {
        let (head, file) = {
            let _turn = self.chain.turn.lock().await;
            (head(self.db.read()).await?, self.chain.read_file())
        };
        if !self.chain.signed(&head) {
            return Ok(broken(head.count, FORGED));
        }
        let mut expected = AuditHead { count: head.count.unsigned_abs(), hash: head.hash.clone() };
        if let Some(file) = file {
            if file.count == expected.count && file.hash != expected.hash {
                return Ok(broken(head.count, "the head in audit.head is another one"));
            }
            if file.count > expected.count {
                expected = file;
            }
        }
        let last = i64::try_from(expected.count).unwrap_or(i64::MAX);
        let found = match self.walk(&head, last).await? {
            Ok(found) => found,
            Err(verdict) => return Ok(verdict),
        };
        if found.count < expected.count {
            return Ok(AuditVerdict::TailMissing { expected, found });
        }
        if found != expected {
            return Ok(broken(last, "the last line is not the one in the head"));
        }
        Ok(self.beyond(last).await?.unwrap_or(AuditVerdict::Whole(found)))
    }
}

fn insertable(row: audit::Model) -> audit::ActiveModel {
    audit::ActiveModel {
        id: Set(row.id),
        at: Set(row.at),
        actor: Set(row.actor),
        actor_name: Set(row.actor_name),
        action: Set(row.action),
        entity: Set(row.entity),
        before_value: Set(row.before_value),
        after_value: Set(row.after_value),
        settles: Set(row.settles),
        outcome: Set(row.outcome),
        hash: Set(row.hash),
    }
}
