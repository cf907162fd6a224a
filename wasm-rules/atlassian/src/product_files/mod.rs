//! Files in which the products keep the secrets of other systems: databases, directories, Crowd,
//! and each other.
//!
//! Their keys are the products' own or nearly so; where other programs use the same ones, an
//! Atlassian name nearby or the name of the file decides.

mod around;

mod database;
mod database_account;

mod crowd;

mod ldap;

mod applink;

pub(crate) use self::applink::judge as applink_basic;
pub(crate) use self::crowd::judge as crowd;
pub(crate) use self::database::judge as database;
pub(crate) use self::ldap::judge as ldap;
