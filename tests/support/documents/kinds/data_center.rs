//! Section D, second half: what the files of Data Center products hold.

use super::{KIND, Kind, Places, Snippet, keys, snippet, snippet_of, values};

const PASSWORD: &str = "atlassian-cleartext-password";

pub const KINDS: [Kind; 9] = [
    Kind {
        id: "atlassian-dc-db-password",
        snippets: &[
            snippet(
                "dbconfig.xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<jira-database-config>\n  <name>defaultDS</name>\n  <database-type>postgres72</database-type>\n  <jdbc-datasource>\n    <url>jdbc:postgresql://db:5432/jira</url>\n    <driver-class>org.postgresql.Driver</driver-class>\n    <username>jira</username>\n    <password>§v</password>\n    <pool-max-size>60</pool-max-size>\n  </jdbc-datasource>\n</jira-database-config>\n",
            ),
            snippet(
                "confluence.cfg.xml",
                "<confluence-configuration>\n  <setupStep>complete</setupStep>\n  <properties>\n    <property name=\"hibernate.connection.driver_class\">org.postgresql.Driver</property>\n    <property name=\"hibernate.connection.password\">§v</property>\n    <property name=\"hibernate.connection.username\">confluence</property>\n  </properties>\n</confluence-configuration>\n",
            ),
            snippet(
                "bitbucket.properties",
                "setup.license=AAAB\njdbc.driver=org.postgresql.Driver\njdbc.url=jdbc:postgresql://db/bitbucket\njdbc.user=bitbucket\njdbc.password=§v\n",
            ),
            snippet(
                "compose.yml",
                "services:\n  jira:\n    image: atlassian/jira-software:9.12\n    environment:\n      - ATL_JDBC_URL=jdbc:postgresql://db/jira\n      - ATL_JDBC_USER=jira\n      - ATL_JDBC_PASSWORD=§v\n",
            ),
            snippet(
                "confluence.yml",
                "image: atlassian/confluence\nenv:\n  ATL_JDBC_URL: jdbc:postgresql://db/confluence\n  ATL_JDBC_PASSWORD: \"§v\"\n",
            ),
            snippet(
                "Dockerfile",
                "FROM atlassian/jira-software:9\nENV ATL_JDBC_USER=jira\nENV ATL_JDBC_PASSWORD=§v\n",
            ),
            snippet(
                "bitbucket.env",
                "JDBC_DRIVER=org.postgresql.Driver\nJDBC_URL=jdbc:postgresql://db/bitbucket\nJDBC_USER=bitbucket\nJDBC_PASSWORD=§v\n",
            ),
            snippet(
                "bamboo.cfg.xml",
                "<application-configuration>\n  <properties>\n    <property name=\"hibernate.connection.password\">§v</property>\n    <property name=\"hibernate.dialect\">PostgreSQL</property>\n  </properties>\n</application-configuration>\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-dc-cipher-key-files",
        snippets: &[
            snippet(
                "encrypt.sh",
                "java -cp './*' com.atlassian.db.config.password.tools.CipherTool -c \\\n  com.atlassian.db.config.password.ciphers.algorithm.AlgorithmCipher -m encrypt -p \\\n  '{\"plainTextPassword\":\"§v\",\"algorithm\":\"AES/CBC/PKCS5PADDING\",\"algorithmKey\":\"AES\"}'\n",
            ),
            snippet(
                "cipher.json",
                "{\n  \"plainTextPassword\": \"§v\",\n  \"algorithm\": \"DESede/CBC/PKCS5PADDING\",\n  \"algorithmKey\": \"DESede\"\n}\n",
            ),
            snippet(
                "cipher.yml",
                "- name: encrypt\n  command: java CipherTool -p '{\"plainTextPassword\": \"§v\", \"algorithm\": \"DES/CBC/PKCS5PADDING\", \"algorithmKey\": \"DES\"}'\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "confluence-synchrony-jwt-private-key",
        value: keys::bare,
        snippets: &[
            snippet(
                "confluence.cfg.xml",
                "<confluence-configuration>\n  <properties>\n    <property name=\"jwt.private.key\">§v</property>\n    <property name=\"synchrony.proxy.enabled\">true</property>\n  </properties>\n</confluence-configuration>\n",
            ),
            snippet(
                "confluence.cfg.xml",
                "<properties>\n<property name=\"hibernate.setup\">true</property>\n<property name=\"jwt.private.key\">\n  §v\n</property>\n</properties>\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "crowd-application-password",
        snippets: &[
            snippet(
                "crowd.properties",
                "application.name                        jira\napplication.password                    §v\ncrowd.server.url                        https://crowd.example.org/crowd/services/\nsession.validationinterval              2\n",
            ),
            snippet(
                "crowd.properties",
                "application.name=confluence\napplication.password=§v\napplication.login.url=https://wiki.example.org\ncrowd.base.url=https://crowd.example.org/crowd\n",
            ),
            snippet(
                "crowd.properties",
                "crowd.server.url=https://crowd.example.org/crowd/services/\napplication.name=bamboo\napplication.password = §v\n",
            ),
            snippet(
                "crowd.yml",
                "crowd.server.url: https://crowd.example.org/crowd\napplication.name: demo\napplication.password: §v\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "atlassian-ldap-bind-password",
        snippets: &[
            snippet(
                "atlassian-user.xml",
                "<atlassian-user>\n  <repositories>\n    <ldap key=\"main\">\n      <host>ldap.example.org</host>\n      <securityPrincipal>cn=svc,dc=example,dc=org</securityPrincipal>\n      <securityCredential>§v</securityCredential>\n    </ldap>\n  </repositories>\n</atlassian-user>\n",
            ),
            snippet(
                "entities.xml",
                "<directory id=\"10000\" name=\"LDAP\">\n  <attribute name=\"ldap.userdn\" value=\"cn=svc\"/>\n  <attribute name=\"ldap.password\" value=\"§v\"/>\n</directory>\n",
            ),
            snippet(
                "directory.sql",
                "INSERT INTO cwd_directory_attribute (directory_id, attribute_name, attribute_value)\nVALUES (10000, 'ldap.password', '§v');\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "bamboo-agent-security-token",
        names: &[
            "bamboo|security token",
            "bamboo|agent token",
            "bamboo agent|security token",
            "bamboo agent|token",
        ],
        value: values::hex_40,
        snippets: &[
            snippet(
                "Dockerfile",
                "FROM eclipse-temurin:17\nCMD java -jar atlassian-bamboo-agent-installer.jar https://bamboo.example.org/agentServer/ -t §v\n",
            ),
            snippet(
                "compose.yml",
                "services:\n  agent:\n    image: atlassian/bamboo-agent-base\n    environment:\n      BAMBOO_SERVER: https://bamboo.example.org\n      SECURITY_TOKEN: §v\n",
            ),
            snippet(
                "values.yaml",
                "agent:\n  # bamboo-agent\n  server: https://bamboo.example.org\n  securityToken: §v\n",
            ),
            snippet(
                "wrapper.conf",
                "wrapper.java.classpath.1=../lib/*.jar\nwrapper.app.parameter.1=com.atlassian.bamboo.agent.bootstrap.AgentBootstrap\nwrapper.app.parameter.2=https://bamboo.example.org/agentServer\nwrapper.app.parameter.3=-t\nwrapper.app.parameter.4=§v\n",
            ),
        ],
        ..KIND
    },
    Kind {
        // `BAMBOO_PASSWORD` belongs to two kinds.
        id: "bamboo-specs-credentials",
        also: &[PASSWORD],
        names: &[
            "bamboo|deploy password",
            "bamboo|password",
            "bamboo|specs secret",
            "bamboo|passphrase",
        ],
        snippets: &[
            // In another file, the name of this one says too little.
            snippet(".credentials", "# bamboo.example.org\nusername=specs\npassword=§v\n"),
            snippet_of(".credentials", "# bamboo\ntoken=§v\n", values::alphanumeric_32),
            snippet(
                "bamboo-specs/.credentials",
                "# for bamboo-specs:publish-specs\nusername=§n\npassword=§v\n",
            ),
        ],
        ..KIND
    },
    Kind {
        id: "bamboo-encrypted-secret",
        names: &["bamboo|password", "|encrypted password", "registry|password", "bamboo|secret"],
        value: values::encrypted_by_bamboo,
        bare: true,
        places: Places::NotSent,
        ..KIND
    },
    Kind {
        id: "atlassian-dc-session-cookie",
        value: values::remember_me,
        snippets: &[
            snippet(
                "copied.sh",
                "curl 'https://jira.example.org/rest/api/2/myself' \\\n  -H 'Cookie: JSESSIONID=§U; seraph.rememberme.cookie=§v; atlassian.xsrf.token=AB12|§x|lin'\n",
            ),
            snippet_of(
                "crowd.http",
                "GET /crowd/rest/usermanagement/1/session HTTP/1.1\nHost: crowd.example.org\nCookie: crowd.token_key=§v\n",
                values::crowd_cookie,
            ),
            snippet(
                "response.txt",
                "HTTP/1.1 200 OK\nSet-Cookie: seraph.rememberme.cookie=§v; Max-Age=1209600; Path=/; HttpOnly\n",
            ),
            snippet(
                "session.har",
                "{\"cookies\": [{\"name\": \"seraph.rememberme.cookie\", \"value\": \"§v\", \"path\": \"/\"}]}\n",
            ),
            snippet(
                "scrape.py",
                "cookies = {'seraph.rememberme.cookie': '§v'}\nrequests.get('https://jira.example.org', cookies=cookies)\n",
            ),
            snippet_of(
                "cookies.txt",
                "crowd.example.org\tFALSE\t/\tFALSE\t0\tcrowd.token_key\t§v\n",
                values::crowd_cookie,
            ),
            Snippet {
                value: Some(values::remember_me),
                ..snippet(
                    "wiki.sh",
                    "wget --header \"Cookie: seraph.confluence=§v\" https://wiki.example.org/pages/§i\n",
                )
            },
        ],
        ..KIND
    },
];
