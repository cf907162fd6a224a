//! The codes of the manifest's two tables: what was seen, and why nothing was.

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

    /// All of them, to be compared with the manifest.
    #[cfg(test)]
    pub(crate) const ALL: std::ops::RangeInclusive<u16> = CHECKSUM_VALID..=PASSWORD_FOR_HOST;
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

    /// All of them, to be compared with the manifest.
    #[cfg(test)]
    pub(crate) const ALL: std::ops::RangeInclusive<u16> = PLACEHOLDER..=OTHER_BYTES;
}
