//! The codes of the manifest's two tables: what was seen, and why nothing was.
//!
//! A code stays what it is for ever; families have ranges of their own.

/// Codes of the `evidence` table.
pub(crate) mod evidence {
    /// A CRC-32 at the end covers the rest.
    pub(crate) const CHECKSUM_VALID: u16 = 1;
    /// Shape without its checksum.
    pub(crate) const CHECKSUM_WRONG: u16 = 2;
    /// Shape of a kind whose checksum nobody has confirmed.
    pub(crate) const CHECKSUM_UNSURE: u16 = 3;
    /// Twelve digits, a colon, random bytes.
    pub(crate) const STRUCTURE: u16 = 4;
    /// The same with few digits, which needs a name beside it.
    pub(crate) const STRUCTURE_NEAR_NAME: u16 = 5;
    /// The same, run on into other text.
    pub(crate) const STRUCTURE_RUNS_ON: u16 = 6;
    /// A carrier holds a token that is proven.
    pub(crate) const CARRIES_PROVEN: u16 = 7;
    /// A carrier holds a token that is not.
    pub(crate) const CARRIES_UNPROVEN: u16 = 8;
    /// User and password, an Atlassian name nearby.
    pub(crate) const PASSWORD_NEAR_NAME: u16 = 9;
    /// A password in the URL of an Atlassian host.
    pub(crate) const PASSWORD_FOR_HOST: u16 = 10;
    /// A known prefix, and more or fewer characters than tokens have.
    pub(crate) const ODD_LENGTH: u16 = 11;
    /// A random value that is called a product's key.
    pub(crate) const PRODUCT_KEY: u16 = 12;
    /// An OAuth client secret whose presumed checksum fits.
    pub(crate) const CLIENT_SECRET_FITS: u16 = 20;
    /// An OAuth client secret by its prefix and shape.
    pub(crate) const CLIENT_SECRET_SHAPE: u16 = 21;
    /// A Connect secret whose presumed checksum fits.
    pub(crate) const CONNECT_SECRET_FITS: u16 = 22;
    /// A Connect secret by its prefix and shape.
    pub(crate) const CONNECT_SECRET_SHAPE: u16 = 23;
    /// A Trello token whose presumed checksum fits.
    pub(crate) const TRELLO_FITS: u16 = 24;
    /// A Trello token by its prefix and digits.
    pub(crate) const TRELLO_SHAPE: u16 = 25;
    /// The length of a Trello token in another alphabet, near the name.
    pub(crate) const TRELLO_NEAR_NAME: u16 = 26;
    /// The same without the name.
    pub(crate) const TRELLO_LENGTH: u16 = 27;
    /// An envelope of a type that is not listed.
    pub(crate) const FAMILY_CHECKSUM: u16 = 28;
    /// A value that only its key calls a token of Bitbucket's.
    pub(crate) const BITBUCKET_NAMED: u16 = 29;
    /// The issuer is Atlassian's sign-in service.
    pub(crate) const OAUTH_ISSUER: u16 = 30;
    /// The same, and claims or name say what it is for.
    pub(crate) const OAUTH_REFRESH: u16 = 31;
    /// A session of Crowd's single sign-on.
    pub(crate) const CROWD_SESSION: u16 = 32;
    /// Bound to a request, signed with a shared secret.
    pub(crate) const CONNECT_REQUEST: u16 = 33;
    /// Bound to a request, signed with a private key.
    pub(crate) const CONNECT_INSTALL: u16 = 34;
    /// Signed by the session service.
    pub(crate) const SESSION_SERVICE: u16 = 35;
    /// Stands in that cookie, whatever signed it.
    pub(crate) const SESSION_COOKIE_NAME: u16 = 36;
    /// The issuer is Forge's invocation service.
    pub(crate) const FORGE_ISSUER: u16 = 37;
    /// Issued by Atlassian, in a header of Forge's.
    pub(crate) const FORGE_HEADER: u16 = 38;
    /// Claims of one of these, and an end in the past.
    pub(crate) const EXPIRED: u16 = 39;
    /// The issuer is another host of Atlassian's.
    pub(crate) const OAUTH_OTHER_HOST: u16 = 40;
    /// An OAuth answer of Bitbucket's.
    pub(crate) const BITBUCKET_OAUTH: u16 = 41;
    /// The password of `x-token-auth`.
    pub(crate) const BITBUCKET_TOKEN_AUTH: u16 = 42;
    /// A session of a servlet engine, near a product's name.
    pub(crate) const SERVLET_SESSION: u16 = 43;
    /// The address of an automation rule.
    pub(crate) const AUTOMATION_ADDRESS: u16 = 44;
    /// The header that opens an automation rule.
    pub(crate) const AUTOMATION_HEADER: u16 = 45;
    /// The address of a Forge function.
    pub(crate) const WEBTRIGGER_ADDRESS: u16 = 46;
    /// A user, a bar, forty characters.
    pub(crate) const ALIGN_SHAPE: u16 = 47;
    /// Encrypted by Bamboo.
    pub(crate) const BAMBOO_ENCRYPTED: u16 = 48;
    /// A cookie that logs in again.
    pub(crate) const REMEMBER_ME: u16 = 49;
    /// A private key, parsed to its end.
    pub(crate) const KEY_PARSED: u16 = 50;
    /// An armour, and noise that may be a key.
    pub(crate) const KEY_ARMOURED: u16 = 51;
    /// A private key, of whatever use, under a passphrase.
    pub(crate) const KEY_ENCRYPTED: u16 = 52;
    /// Parsed, and named as an OAuth consumer's.
    pub(crate) const APPLINK_PARSED: u16 = 53;
    /// Not parsed, and named as an OAuth consumer's.
    pub(crate) const APPLINK_SHAPED: u16 = 54;
    /// Parsed, of a consumer that may impersonate.
    pub(crate) const IMPERSONATION_PARSED: u16 = 55;
    /// Not parsed, of a consumer that may impersonate.
    pub(crate) const IMPERSONATION_SHAPED: u16 = 56;
    /// Parsed, and named as a trusted application's.
    pub(crate) const TRUSTED_PARSED: u16 = 57;
    /// Not parsed, or the header that vouches for a user.
    pub(crate) const TRUSTED_SHAPED: u16 = 58;
    /// Parsed, in the property of Confluence.
    pub(crate) const SYNCHRONY_PARSED: u16 = 59;
    /// Not parsed, in the property of Confluence.
    pub(crate) const SYNCHRONY_SHAPED: u16 = 60;
    /// Parsed, and named after single sign-on.
    pub(crate) const SAML_PARSED: u16 = 61;
    /// Not parsed, and named after single sign-on.
    pub(crate) const SAML_SHAPED: u16 = 62;
    /// A Java object that the cipher tool writes.
    pub(crate) const CIPHER_OBJECT: u16 = 63;
    /// What the cipher tool is called with.
    pub(crate) const CIPHER_PASSWORD: u16 = 64;
    /// An old app password's shape under its name.
    pub(crate) const APP_PASSWORD_NAMED: u16 = 65;
    /// An old client secret's shape under its name.
    pub(crate) const CLIENT_SECRET_NAMED: u16 = 66;
    /// An old API token's shape under an Atlassian name.
    pub(crate) const OLD_TOKEN_NAMED: u16 = 67;
    /// A consumer secret's shape under its name.
    pub(crate) const CONSUMER_NAMED: u16 = 68;
    /// A consumer's key and secret, and the address where they are used.
    pub(crate) const CONSUMER_PAIR: u16 = 69;
    /// The secret of a webhook.
    pub(crate) const WEBHOOK_NAMED: u16 = 70;
    /// The same, but the value may be a word.
    pub(crate) const WEBHOOK_DOUBTFUL: u16 = 71;
    /// Random, under the name of a client secret of Data Center.
    pub(crate) const DC_CLIENT_NAMED: u16 = 72;
    /// The length of tokens of apps, under the name of a token.
    pub(crate) const APP_TOKEN_NAMED: u16 = 73;
    /// A password whose key names a product.
    pub(crate) const KEY_NAMES_PRODUCT: u16 = 74;
    /// A password in a section that a product's name heads.
    pub(crate) const SECTION_NAMES_PRODUCT: u16 = 75;
    /// A password beside a product's name or address.
    pub(crate) const BESIDE_PRODUCT: u16 = 76;
    /// A password that may be a word.
    pub(crate) const DOUBTFUL_VALUE: u16 = 77;
    /// A password with a product's name in some distance.
    pub(crate) const FAR_FROM_PRODUCT: u16 = 78;
    /// A UUID that a webhook's receiver compares.
    pub(crate) const WEBHOOK_UUID: u16 = 79;
    /// 64 hex digits, called a Trello token.
    pub(crate) const TRELLO_TOKEN: u16 = 80;
    /// 64 hex digits right behind a Trello API key.
    pub(crate) const TRELLO_TOKEN_BESIDE_KEY: u16 = 81;
    /// 32 hex digits, called a Trello key.
    pub(crate) const TRELLO_API_KEY: u16 = 82;
    /// 64 hex digits, called a Trello secret.
    pub(crate) const TRELLO_SECRET: u16 = 83;
    /// A shared secret beside fields that only Connect has.
    pub(crate) const CONNECT_PAYLOAD: u16 = 84;
    /// A shared secret beside fields that others have too.
    pub(crate) const CONNECT_UNSURE: u16 = 85;
    /// A shared secret whose key names a product.
    pub(crate) const CONNECT_NAMED: u16 = 86;
    /// 32 letters and digits, called a token secret.
    pub(crate) const OAUTH1_TOKEN_SECRET: u16 = 87;
    /// 40 hex digits, called a token, near Bamboo.
    pub(crate) const BAMBOO_AGENT_TOKEN: u16 = 88;
    /// 40 hex digits that an agent gets with `-t`.
    pub(crate) const BAMBOO_AGENT_OPTION: u16 = 89;
    /// A UUID, called a key of Opsgenie.
    pub(crate) const OPSGENIE_KEY: u16 = 90;
    /// A UUID behind `GenieKey`.
    pub(crate) const OPSGENIE_HEADER: u16 = 91;
    /// A value of either shape, called a key of Statuspage.
    pub(crate) const STATUSPAGE_KEY: u16 = 92;
    /// The same behind `OAuth`.
    pub(crate) const STATUSPAGE_HEADER: u16 = 93;
    /// 30 or 40 letters and digits, called a token of HipChat.
    pub(crate) const HIPCHAT_TOKEN: u16 = 94;
    /// A key or a bearer token beside the address of a directory.
    pub(crate) const SCIM_DIRECTORY: u16 = 95;
    /// A value whose key names SCIM, near Atlassian.
    pub(crate) const SCIM_NAMED: u16 = 96;
    /// What names a key in a piece of hardware.
    pub(crate) const KEY_HANDLE: u16 = 97;
    /// A private key of Diffie-Hellman, parsed to its end.
    pub(crate) const KEY_AGREEMENT: u16 = 98;
    /// The password of a product's database, in a place that only products have.
    pub(crate) const DATABASE: u16 = 110;
    /// The same, behind an encoding that needs no key.
    pub(crate) const DATABASE_ENCODED: u16 = 111;
    /// A database's password under a key that many programs use.
    pub(crate) const DATABASE_ANYBODYS: u16 = 112;
    /// What an application tells Crowd.
    pub(crate) const CROWD_APPLICATION: u16 = 113;
    /// The account with which a product reads a directory.
    pub(crate) const LDAP: u16 = 114;
    /// The same under a key that many programs use.
    pub(crate) const LDAP_ANYBODYS: u16 = 115;
    /// User and password of an application link.
    pub(crate) const APPLICATION_LINK: u16 = 116;
    /// A file that Bamboo Specs read.
    pub(crate) const SPECS_FILE: u16 = 117;
    /// A variable of Bamboo's, not encrypted.
    pub(crate) const SPECS_VARIABLE: u16 = 118;
    /// The layout of such a file, without its name.
    pub(crate) const SPECS_LAYOUT: u16 = 119;
    /// An entry for the host.
    pub(crate) const NETRC: u16 = 120;
    /// Handed over in code.
    pub(crate) const CLIENT: u16 = 121;
    /// Handed over on a command line.
    pub(crate) const COMMAND: u16 = 122;
    /// For the package registry.
    pub(crate) const REGISTRY: u16 = 123;
    /// For the package registry, in base64.
    pub(crate) const REGISTRY_ENCODED: u16 = 124;
}

/// Codes of the `dismissals` table.
pub(crate) mod dismissal {
    /// Text that stands for a secret, as documentation has it.
    pub(crate) const PLACEHOLDER: u16 = 1;
    /// A piece of something longer.
    pub(crate) const PART_OF_MORE: u16 = 2;
    /// Not the shape of this kind.
    pub(crate) const MALFORMED: u16 = 3;
    /// The words nearby name another kind of the same shape.
    pub(crate) const ANOTHER_KIND: u16 = 4;
    /// Nothing nearby names an Atlassian product.
    pub(crate) const NO_NAME: u16 = 5;
    /// A variable or a template, filled in later.
    pub(crate) const TEMPLATE: u16 = 6;
    /// No password, or one too short to be one.
    pub(crate) const NO_PASSWORD: u16 = 7;
    /// A host that is not Atlassian's and not named after a product.
    pub(crate) const OTHER_HOST: u16 = 8;
    /// Decodes to something else.
    pub(crate) const OTHER_BYTES: u16 = 9;
    /// A web token of somebody else's.
    pub(crate) const OTHER_ISSUER: u16 = 20;
    /// A web token that nobody signed, or whose signature is gone.
    pub(crate) const UNSIGNED: u16 = 21;
    /// Words, or a piece of code.
    pub(crate) const NOT_RANDOM: u16 = 22;
    /// The half of a key pair, or the certificate, that everybody may have.
    pub(crate) const PUBLIC_HALF: u16 = 30;
    /// An armour with nothing in it, or with too little.
    pub(crate) const NO_BODY: u16 = 31;
    /// A Java object that is none of the cipher tool's.
    pub(crate) const OTHER_OBJECT: u16 = 32;
    /// Says where the secret is kept.
    pub(crate) const REFERENCE: u16 = 40;
    /// An expression of a programming language, a pattern, or markup.
    pub(crate) const CODE: u16 = 41;
    /// Words that people read, or a name.
    pub(crate) const WORDS: u16 = 42;
    /// An id or a hash.
    pub(crate) const ID: u16 = 43;
    /// An address, a path or a file's name.
    pub(crate) const PLACE: u16 = 44;
    /// Encrypted, and made to be committed.
    pub(crate) const ENCRYPTED: u16 = 45;
    /// Published on purpose.
    pub(crate) const PUBLIC: u16 = 46;
    /// A number, a switch or the name of a type.
    pub(crate) const SETTING: u16 = 47;
    /// The key names no secret.
    pub(crate) const OTHER_KEY: u16 = 48;
    /// The name of another vendor stands nearer.
    pub(crate) const OTHER_VENDOR: u16 = 49;
    /// Its name is that of a digest or an id.
    pub(crate) const DIGEST_OR_ID: u16 = 50;
    /// Nothing calls it a secret of this kind.
    pub(crate) const NOT_NAMED: u16 = 51;
    /// The words nearby name another service.
    pub(crate) const OTHER_SERVICE: u16 = 52;
    /// Encrypted, or the name of the place where it is kept.
    pub(crate) const KEPT_ELSEWHERE: u16 = 60;
    /// An ordinary word, where words stand that are no secrets.
    pub(crate) const WORD: u16 = 61;
}
