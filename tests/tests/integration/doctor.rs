//! What is wrong, and how to mend it.

use tests::rows::execute;
use tests::server::key;
use tests::{Backend, Database, Server, tandem};

fn doctor(database: &Database) -> (Option<i32>, String) {
    let output = tandem(database.folder(), &["doctor", "--database-url", &database.url]);
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code(), told)
}

/// The lines of a part and what to do about it.
fn about(told: &str, part: &str) -> String {
    let mut lines = told
        .lines()
        .skip_while(|line| !line.contains(&format!("{part}: ")));
    let first = lines.next().unwrap_or_default();
    let mend = lines.next().filter(|line| line.contains('→')).unwrap_or_default();
    format!("{first} {mend}")
}

tests::on_each_database! {
    async fn a_sound_database_is_told_well(server: Server) {
        let database = server.database.clone();
        server.stop();
        let (status, told) = doctor(&database);
        // A disk that is nearly full is this machine's, not the database's.
        let wrong: Vec<&str> = told.lines().filter(|line| line.starts_with("ILL") || line.starts_with("ODD")).collect();
        assert!(wrong.iter().all(|line| line.contains("disk")), "{told}");
        assert!(status == Some(i32::from(!wrong.is_empty())), "{told}");
        for part in ["settings", "database", "tables", "integrity", "clock", "overlaps", "imports", "administrator", "audit log"] {
            assert!(about(&told, part).starts_with("well"), "{part}: {told}");
        }
    }

    async fn each_fault_is_named_with_what_mends_it(server: Server) {
        let database = server.database.clone();
        server.stop();
        execute(&database, "UPDATE catalogue SET change_seq = change_seq + 3").await;
        execute(&database, "DELETE FROM account_grant").await;
        execute(&database, "UPDATE audit_chain SET seq = seq + 1").await;
        let (status, told) = doctor(&database);
        assert_eq!(status, Some(1), "{told}");
        for (part, what, mend) in [
            ("overlaps", "3 changes", "tandem serve"),
            ("administrator", "nobody", "tandem key create"),
            ("audit log", "cut off", "access"),
        ] {
            let line = about(&told, part);
            assert!(line.contains(what) && line.contains(mend), "{part}: {told}");
        }
        execute(&database, "DELETE FROM seaql_migrations WHERE version LIKE '%_16_audit'").await;
        let (status, told) = doctor(&database);
        assert_eq!(status, Some(1));
        assert!(about(&told, "tables").contains("tandem migrate"), "{told}");
        execute(&database, "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_1_later', 0)").await;
        let (_, told) = doctor(&database);
        assert!(about(&told, "tables").contains("m20991231_1_later"), "{told}");
    }

    async fn an_empty_and_an_absent_database_are_told_apart(database: Database) {
        let mut missing = database.clone();
        if database.backend == Backend::Postgres {
            missing.url += "_not_there";
        }
        let (status, told) = doctor(&missing);
        assert_eq!(status, Some(1), "{told}");
        assert!(about(&told, "database").starts_with("ILL"), "{told}");
        if database.backend == Backend::Sqlite {
            assert!(!database.folder().join("tandem.db").exists(), "looking makes nothing");
        } else {
            let (_, told) = doctor(&database);
            assert!(about(&told, "tables").contains("empty"), "{told}");
        }
        key(database.folder(), &database.url, &["--role", "administrator"]);
        assert!(about(&doctor(&database).1, "tables").starts_with("well"));
    }
}
