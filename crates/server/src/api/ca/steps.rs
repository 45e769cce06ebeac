//! What to press on each kind of device. Static text.

struct Steps {
    device: &'static str,
    /// How the browsers there call themselves; the first that fits is unfolded.
    agents: &'static [&'static str],
    html: &'static str,
}

const DEVICES: [Steps; 6] = [
    Steps {
        device: "iPhone, iPad",
        agents: &["iPhone", "iPad"],
        html: "<ol><li>Open this page in Safari, tap <b>Profile for iPhone and iPad</b> and allow the download.</li>\
               <li>Settings, at the top: <b>Profile Downloaded</b>, <b>Install</b>. (Or: General, VPN &amp; Device \
               Management.) Compare the fingerprint under <i>More Details</i>.</li>\
               <li>Settings, General, About, at the bottom: <b>Certificate Trust Settings</b>. Switch on \
               <b>Home Miner Manager</b>. Without this step nothing changes.</li></ol>",
    },
    Steps {
        device: "Android",
        agents: &["Android"],
        html: "<ol><li>Download the <b>certificate (.crt)</b>.</li>\
               <li>Settings: search for <b>CA certificate</b>. (Often: Security, More security settings, Encryption &amp; \
               credentials, Install a certificate.) Choose <b>Install anyway</b> and the file.</li>\
               <li>Compare the fingerprint under Trusted credentials, User.</li>\
               <li>Firefox asks separately: Settings, About Firefox, tap the logo five times; then Settings, Secret \
               settings, <b>Use third party CA certificates</b>.</li></ol>\
               <p>Android then says that the network may be monitored. It says so for every certificate of one's own; \
               this one is good for this machine only.</p>",
    },
    Steps {
        device: "Windows",
        agents: &["Windows"],
        html: "<ol><li>Download the <b>.der</b> file. Compare: <code>certutil -hashfile home-miner-manager.der \
               SHA256</code></li>\
               <li>Download the <b>.crt</b> file and open it: <b>Install Certificate</b>, Current User, <b>Place all \
               certificates in the following store</b>, <b>Trusted Root Certification Authorities</b>.</li>\
               <li>Close and open the browser.</li></ol>",
    },
    Steps {
        device: "macOS",
        agents: &["Macintosh"],
        html: "<ol><li>Download the <b>certificate (.crt)</b> and open it: it goes into <b>Keychain Access</b>.</li>\
               <li>Open it there, compare the fingerprint, unfold <b>Trust</b> and choose <b>Always Trust</b>.</li>\
               <li>Close and open the browser.</li></ol>",
    },
    Steps {
        device: "Linux",
        agents: &["Linux", "X11"],
        html: "<ol><li>Download the <b>certificate (.crt)</b>. Compare: <code>openssl x509 -noout -fingerprint -sha256 \
               -in home-miner-manager.crt</code></li>\
               <li>Chrome and Chromium: Settings, Privacy and security, Security, <b>Manage certificates</b>, import it \
               as an authority, and trust it for websites.</li>\
               <li>For other programs on Debian and its relatives: <code>sudo cp home-miner-manager.crt \
               /usr/local/share/ca-certificates/ &amp;&amp; sudo update-ca-certificates</code></li></ol>",
    },
    Steps {
        device: "Firefox on a computer",
        agents: &[],
        html: "<ol><li>Download the <b>certificate (.crt)</b>.</li>\
               <li>Settings, Privacy &amp; Security, <b>View Certificates</b>, Authorities, <b>Import</b>.</li>\
               <li>Tick <b>Trust this CA to identify websites</b>; <i>View</i> shows the fingerprint.</li></ol>",
    },
];

/// All of them, the one for this browser unfolded.
pub(super) fn all(agent: &str) -> String {
    let fits = |steps: &Steps| steps.agents.iter().any(|known| agent.contains(known));
    let mine = DEVICES.iter().position(fits);
    let device = |(at, steps): (usize, &Steps)| {
        let open = if mine == Some(at) { " open" } else { "" };
        format!("<details{open}><summary>{}</summary>{}</details>\n", steps.device, steps.html)
    };
    DEVICES.iter().enumerate().map(device).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_for_this_device_are_unfolded() {
        let android = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36";
        for (agent, device) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)", "iPhone, iPad"),
            (android, "Android"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Windows"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "macOS"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:150.0)", "Linux"),
        ] {
            let page = all(agent);
            assert_eq!(page.matches("<details open>").count(), 1, "{agent}");
            assert!(page.contains(&format!("<details open><summary>{device}</summary>")), "{agent}");
        }
        assert_eq!(all("curl/8").matches("<details open>").count(), 0);
    }
}
