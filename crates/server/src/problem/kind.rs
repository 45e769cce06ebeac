//! Every kind of problem there is: one line each, with the page under `docs/problems/` that explains it.
//!
//! **Invariant:** a status code and a title belong to a kind and are chosen here, nowhere else.

use http::StatusCode;

macro_rules! kinds {
    ($($name:ident = $slug:literal, $status:ident, $title:literal;)+) => {
        /// What went wrong, as a caller's program tells it apart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($name,)+
        }

        impl Kind {
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The last part of `type`, and the name of the page that explains it.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }

            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }
        }
    };
}

kinds! {
    // Who is talking.
    SignInRequired = "sign-in-required", UNAUTHORIZED, "Sign in first";
    WrongCredentials = "wrong-credentials", UNAUTHORIZED, "Name, password or code is wrong";
    TotpRequired = "totp-required", UNAUTHORIZED, "The six-digit code is needed too";
    Forbidden = "forbidden", FORBIDDEN, "Not allowed for this account or token";
    WrongOrigin = "wrong-origin", FORBIDDEN, "The request comes from another page";
    HostNotAllowed = "host-not-allowed", MISDIRECTED_REQUEST, "This name is not one of ours";
    HttpsRequired = "https-required", FORBIDDEN, "This address speaks https";
    SetupCodeWrong = "setup-code-wrong", FORBIDDEN, "The set-up code is wrong";
    TooManyAttempts = "too-many-attempts", TOO_MANY_REQUESTS, "Too many attempts";
    // The request itself.
    NotFound = "not-found", NOT_FOUND, "Not there";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This path does not take that method";
    NotJson = "not-json", UNSUPPORTED_MEDIA_TYPE, "The body must be plain JSON";
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    BadJson = "bad-json", BAD_REQUEST, "The body is not readable JSON";
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "Some values cannot be used";
    IdempotencyMismatch = "idempotency-mismatch", UNPROCESSABLE_ENTITY, "This Idempotency-Key belongs to another request";
    IdempotencyBusy = "idempotency-busy", CONFLICT, "The first request with this key is still under way";
    ShownOnce = "shown-once", CONFLICT, "Done before; the answer held a secret and is not kept";
    // The house.
    NameTaken = "name-taken", CONFLICT, "This name is taken";
    AlreadyKnown = "already-known", CONFLICT, "This device is known already";
    Conflict = "conflict", CONFLICT, "It is there already";
    LastAdmin = "last-admin", CONFLICT, "The last administrator stays";
    Refused = "refused", CONFLICT, "Refused for now";
    BackupUnusable = "backup-unusable", UNPROCESSABLE_ENTITY, "This is no whole backup";
    BackupNewer = "backup-newer", UNPROCESSABLE_ENTITY, "The backup is of a newer program";
    Unsupported = "unsupported", UNPROCESSABLE_ENTITY, "The device cannot do that";
    // Devices.
    DeviceUnreachable = "device-unreachable", UNPROCESSABLE_ENTITY, "The device did not answer";
    DeviceNotAllowed = "device-not-allowed", UNPROCESSABLE_ENTITY, "No miner may live at this address";
    DeviceNotRecognised = "device-not-recognised", UNPROCESSABLE_ENTITY, "The device was not recognised";
    CredentialsRefused = "credentials-refused", UNPROCESSABLE_ENTITY, "The device refused our credentials";
    DeviceMalformed = "device-malformed", BAD_GATEWAY, "The device's reply was not understood";
    DeviceRefused = "device-refused", BAD_GATEWAY, "The device said no";
    WrongDevice = "wrong-device", CONFLICT, "Another device answers at this address";
    // The program.
    Starting = "starting", SERVICE_UNAVAILABLE, "Still starting";
    Restoring = "restoring", SERVICE_UNAVAILABLE, "A backup is being restored";
    Stopping = "stopping", SERVICE_UNAVAILABLE, "Stopping";
    Busy = "busy", SERVICE_UNAVAILABLE, "Too much at once";
    DatabaseAway = "database-away", SERVICE_UNAVAILABLE, "The database does not answer";
    DemoNotOpened = "demo-not-opened", SERVICE_UNAVAILABLE, "The demo could not be opened";
    CannotWrite = "cannot-write", SERVICE_UNAVAILABLE, "The database cannot write";
    Internal = "internal", INTERNAL_SERVER_ERROR, "A defect of this program";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_page_that_explains_it() {
        for kind in Kind::ALL {
            let page = format!("{}/../../docs/problems/{}.md", env!("CARGO_MANIFEST_DIR"), kind.slug());
            assert!(std::path::Path::new(&page).exists(), "{page} is missing");
        }
    }
}
