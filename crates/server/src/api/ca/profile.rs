//! The authority's certificate as a configuration profile, which an iPhone or iPad installs by itself.

use super::{file, none_here};
use crate::api::route::App;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A profile with one root certificate in it.
#[utoipa::path(get, path = "/ca/home-miner-manager.mobileconfig",
    responses((status = 200, body = String, content_type = "application/x-apple-aspen-config")))]
pub async fn ca_profile(State(front): State<App>) -> Result<Response, Problem> {
    let certificate = front.tls.authority().ok_or_else(none_here)?;
    let kind = "application/x-apple-aspen-config";
    Ok(file(profile(&certificate).into_bytes(), kind, "attachment; filename=\"home-miner-manager.mobileconfig\""))
}

/// The same authority gives the same profile: installed twice, it replaces itself; a new authority stands beside the old.
fn profile(certificate: &[u8]) -> String {
    let [whole, inner] = [id(b"profile", certificate), id(b"certificate", certificate)];
    let data = STANDARD.encode(certificate);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
			<key>PayloadCertificateFileName</key>
			<string>home-miner-manager.cer</string>
			<key>PayloadContent</key>
			<data>{data}</data>
			<key>PayloadDescription</key>
			<string>Lets this device trust the pages of your Home Miner Manager, and nothing else.</string>
			<key>PayloadDisplayName</key>
			<string>Home Miner Manager certificate authority</string>
			<key>PayloadIdentifier</key>
			<string>local.home-miner-manager.ca.{inner}</string>
			<key>PayloadType</key>
			<string>com.apple.security.root</string>
			<key>PayloadUUID</key>
			<string>{inner}</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDescription</key>
	<string>Lets this device trust the pages of your Home Miner Manager, and nothing else.</string>
	<key>PayloadDisplayName</key>
	<string>Home Miner Manager</string>
	<key>PayloadIdentifier</key>
	<string>local.home-miner-manager.{whole}</string>
	<key>PayloadRemovalDisallowed</key>
	<false/>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>{whole}</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
"#
    )
}

fn id(label: &[u8], certificate: &[u8]) -> String {
    let hash = Sha256::new().chain_update(label).chain_update(certificate).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().hyphenated().to_string().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_the_same_for_the_same_authority_and_another_for_another() {
        let (one, other) = (profile(b"one"), profile(b"other"));
        assert_eq!(one, profile(b"one"));
        assert_ne!(id(b"profile", b"one"), id(b"profile", b"other"));
        assert!(one.contains("<data>b25l</data>") && other.contains("<data>b3RoZXI=</data>"));
        assert!(one.contains("com.apple.security.root") && one.contains("<string>Configuration</string>"));
        let uuids: Vec<_> = one.match_indices("PayloadUUID").collect();
        assert_eq!(uuids.len(), 2);
        assert_ne!(id(b"profile", b"one"), id(b"certificate", b"one"), "each payload has its own");
    }
}
