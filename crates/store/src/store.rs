//! The one value behind all ports.
//!
//! **Invariant:** it holds connections, keys and the sample buffer, and nothing that could differ from the database.

use crate::audit::Chain;
use crate::db::{Db, column};
use crate::entity::{secret, setting};
use crate::error::{Result, said};
use crate::keys::SecretBox;
use crate::schema;
use crate::series::Buffer;
use async_trait::async_trait;
use hmm_domain::port::{Settings, Store, StoreDescription, StoreError};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait};
use serde_json::Value;

pub struct SqlStore {
    pub(crate) db: Db,
    pub(crate) sealer: SecretBox,
    pub(crate) chain: Chain,
    pub(crate) series: Buffer,
    pub(crate) embedded: bool,
}

impl std::fmt::Debug for SqlStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqlStore")
    }
}

impl SqlStore {
    /// Plays a full disk on SQLite: the file may not grow beyond this many pages (or what it has). For tests.
    #[doc(hidden)]
    pub async fn limit_pages(&self, pages: Option<u32>) {
        let sql = format!("PRAGMA max_page_count = {}", pages.unwrap_or(u32::MAX - 1));
        for connection in [self.db.raw_write(), self.db.raw_bulk()] {
            let _ = connection.execute_unprepared(&sql).await;
        }
    }
}

pub(crate) async fn put_setting(on: &impl ConnectionTrait, key: &str, value: &Value) -> Result<()> {
    let row = setting::ActiveModel { key: Set(key.to_owned()), value: Set(value.to_string()) };
    setting::Entity::insert(row)
        .on_conflict(OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned())
        .exec_without_returning(on)
        .await
        .map_err(said)?;
    Ok(())
}

#[async_trait]
impl Settings for SqlStore {
    async fn setting_get(&self, key: &str) -> Result<Option<Value>> {
        let row = setting::Entity::find_by_id(key).one(self.db.read()).await.map_err(said)?;
        row.map(|row| crate::convert::from_json("setting", &row.value)).transpose()
    }

    async fn setting_put(&self, key: &str, value: &Value) -> Result<()> {
        put_setting(self.db.write()?, key, value).await
    }

    async fn secret_get(&self, name: &str) -> Result<Option<String>> {
        let Some(row) = secret::Entity::find_by_id(name).one(self.db.read()).await.map_err(said)? else {
            return Ok(None);
        };
        let open = self.sealer.open(name, &row.sealed).and_then(|bytes| String::from_utf8(bytes).ok());
        match open {
            Some(text) => Ok(Some(text)),
            None => Err(StoreError::Corrupt(format!(
                "the secret {name} was sealed with another secret.key, or changed by hand; enter it again"
            ))),
        }
    }

    async fn secret_put(&self, name: &str, value: Option<&str>) -> Result<()> {
        let write = self.db.write()?;
        let Some(value) = value else {
            secret::Entity::delete_by_id(name).exec(write).await.map_err(said)?;
            return Ok(());
        };
        let sealed = self
            .sealer
            .seal(name, value.as_bytes())
            .ok_or_else(|| StoreError::CannotWrite("the system gives no random numbers".to_owned()))?;
        let row = secret::ActiveModel { name: Set(name.to_owned()), sealed: Set(sealed) };
        secret::Entity::insert(row)
            .on_conflict(OnConflict::column(secret::Column::Name).update_column(secret::Column::Sealed).to_owned())
            .exec_without_returning(write)
            .await
            .map_err(said)?;
        Ok(())
    }
}

#[async_trait]
impl Store for SqlStore {
    async fn ping(&self) -> Result<()> {
        self.db.read().execute_unprepared("SELECT 1").await.map_err(said)?;
        self.db.write().map(drop)
    }

    async fn describe(&self) -> Result<StoreDescription> {
        let (engine, sql) = match self.db.backend() {
            DbBackend::Sqlite => (
                "SQLite",
                "SELECT sqlite_version() AS version, \
                 (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) AS size",
            ),
            _ => (
                "PostgreSQL",
                "SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size",
            ),
        };
        let rows = self.db.rows(sql, Vec::new()).await?;
        let row = rows.first().ok_or_else(|| StoreError::Corrupt("no version".to_owned()))?;
        Ok(StoreDescription {
            engine,
            version: column(row, "version")?,
            embedded: self.embedded,
            size_bytes: u64::try_from(column::<i64>(row, "size")?).ok(),
            schema_version: schema::version().to_owned(),
        })
    }
}
