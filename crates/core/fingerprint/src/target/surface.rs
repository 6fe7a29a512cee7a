//! The surfaces whose touch says something about a client: documents written for machines (discovery)
//! and places that only an attacker looks for (attack). Both are recognised by path segments.

/// A machine-readable surface: a document that tells programs what a site offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Discovery {
    /// `llms.txt`, `llms-full.txt`.
    LlmsTxt,
    /// OpenAPI and Swagger documents and their viewers.
    OpenApi,
    /// `.well-known/mcp` and its like.
    McpCard,
    /// RFC 9727.
    ApiCatalog,
    /// A2A agent cards.
    AgentCard,
    /// `ai-plugin.json`.
    AiPlugin,
    /// `.well-known/agent-skills`, `skill.md`.
    AgentSkills,
    /// RFC 9728.
    ProtectedResource,
    /// Web Bot Auth keys.
    SignatureDirectory,
    /// `AGENTS.md`.
    AgentsMd,
    /// Introspection of a GraphQL schema.
    Introspection,
}

/// A place or a pattern that no visitor of a site asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Attack {
    /// `.env` and its variants.
    DotEnv,
    /// `.git`, `.svn`, `.hg`.
    VersionControl,
    /// Keys and password files.
    Secrets,
    /// Login and configuration of WordPress.
    WordPress,
    /// Database consoles.
    DatabaseAdmin,
    /// `cgi-bin`.
    CgiBin,
    /// `../` in any spelling.
    Traversal,
    /// SQL, script, template or command injection.
    Injection,
    /// Left-over copies of files.
    Backup,
    /// Status pages and management consoles.
    Management,
    /// Known web shells.
    WebShell,
}

impl Discovery {
    /// The surface as one bit of a set.
    pub(crate) const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// Recognises a path segment, in lower case.
    pub(crate) fn of_segment(segment: &[u8]) -> Option<Self> {
        Some(match segment {
            b"llms.txt" | b"llms-full.txt" => Self::LlmsTxt,
            b"openapi.json" | b"openapi.yaml" | b"openapi.yml" | b"openapi" | b"swagger.json"
            | b"swagger.yaml" | b"swagger" | b"swagger-ui" | b"swagger-ui.html" | b"api-docs"
            | b"apidocs" | b"redoc" => Self::OpenApi,
            b"mcp.json" => Self::McpCard,
            b"agents.md" => Self::AgentsMd,
            b"skill.md" | b"skills.md" => Self::AgentSkills,
            b"graphiql" => Self::Introspection,
            _ => return None,
        })
    }

    /// Recognises a segment that follows `.well-known`, in lower case.
    pub(crate) fn of_well_known(segment: &[u8]) -> Option<Self> {
        Some(match segment {
            b"mcp" | b"mcp.json" | b"mcp-server" | b"mcp-server-card" => Self::McpCard,
            b"api-catalog" => Self::ApiCatalog,
            b"agent-card.json" | b"agent-card" | b"agent.json" => Self::AgentCard,
            b"ai-plugin.json" | b"ai-plugin" => Self::AiPlugin,
            b"agent-skills" | b"skills" => Self::AgentSkills,
            b"oauth-protected-resource" | b"oauth-authorization-server" => Self::ProtectedResource,
            b"http-message-signatures-directory" => Self::SignatureDirectory,
            b"openapi.json" => Self::OpenApi,
            b"llms.txt" => Self::LlmsTxt,
            _ => return None,
        })
    }
}

impl Attack {
    /// The surface as one bit of a set.
    pub(crate) const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// Recognises a path segment, in lower case.
    pub(crate) fn of_segment(segment: &[u8]) -> Option<Self> {
        if segment.starts_with(b".env") {
            return Some(Self::DotEnv);
        }
        Some(match segment {
            b".git" | b".gitignore" | b".svn" | b".hg" | b".bzr" => Self::VersionControl,
            b".aws" | b".ssh" | b".htpasswd" | b".htaccess" | b".ds_store" | b"id_rsa"
            | b".npmrc" | b".bash_history" | b".docker" | b".kube" => Self::Secrets,
            b"wp-login.php" | b"wp-admin" | b"xmlrpc.php" | b"wp-config.php"
            | b"wlwmanifest.xml" => Self::WordPress,
            b"phpmyadmin" | b"pma" | b"adminer.php" | b"mysqladmin" | b"dbadmin"
            | b"phppgadmin" => Self::DatabaseAdmin,
            b"cgi-bin" => Self::CgiBin,
            b".." | b"%2e%2e" | b"..;" | b"etc%2fpasswd" => Self::Traversal,
            b"server-status" | b"server-info" | b"phpinfo.php" | b"actuator" | b"jmx-console"
            | b"web-console" | b"hnap1" | b"gponform" => Self::Management,
            b"shell.php" | b"c99.php" | b"r57.php" | b"cmd.php" | b"eval-stdin.php"
            | b"webshell.php" => Self::WebShell,
            b"backup.zip" | b"backup.tar.gz" | b"backup.sql" | b"dump.sql" | b"db.sql"
            | b"database.sql" | b"www.zip" | b"site.zip" => Self::Backup,
            _ => return None,
        })
    }
}
