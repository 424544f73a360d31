//! A ledger whose only key is lost goes on under another, which both authorities add.

use super::*;

/// Nothing leads from a lost key to the next: the inspector must be told.
#[test]
fn after_a_recovery_only_who_is_told_the_new_key_believes_it() {
    let mut lost = Lost::new();
    let recovered = lost.recover(lost.both()).unwrap();
    lost.world.reopen();
    let world = &lost.world;
    let health = world.accept(&world.dinkes, &request(world, &world.dinkes, "dinkes"));
    let evidence = taken_home(world, health.position);
    assert_eq!(evidence.keys, []);
    let [first, new] = recovered.keys.all() else { panic!("{recovered:?}") };
    let first = PolicyKey { until: None, ..first.clone() };
    assert_eq!(found_by(vec![first], world, &evidence), UNKNOWN);
    assert_eq!(found_by(vec![new.clone()], world, &evidence), NOTHING);
}

/// What the recovery is given, over a directory whose log key is gone.
struct Lost {
    world: World,
    new: Made,
    first: String,
    size: u64,
}

impl Lost {
    fn new() -> Self {
        let mut world = World::new();
        let first = world.ledger().vkey();
        let size = world.ledger().published().size;
        world.close();
        fs::remove_file(key_file(&world, "61.07.pem")).unwrap();
        Self { world, new: Made::new(), first, size }
    }

    fn recover(&self, statements: Vec<Vec<u8>>) -> Result<Recovered, RecoverError> {
        let pem = self.new.key.to_pkcs8_pem().unwrap();
        let key = LogKey::new(SigningKey::from_pkcs8_pem(&pem).unwrap());
        let (path, settings) = (self.world.path(), Settings::default());
        Ledgers::recover(&path, settings, self.world.clock(), REGION, key, statements)
    }

    fn both(&self) -> Vec<Vec<u8>> {
        let add = statements(&self.world, "ledger.key_added", added(&self.new));
        let retire = statements(&self.world, "ledger.key_retired", retired(&self.first, "lost"));
        add.into_iter().chain(retire).collect()
    }

    /// How many records there are, by the directory itself.
    fn held(&self) -> u64 {
        let archive = jejak_ledger::Archive::open(&self.world.path(), &Settings::default());
        archive.unwrap().view(REGION).unwrap().size()
    }
}

#[test]
fn a_ledger_whose_only_key_is_lost_goes_on_under_one_that_both_authorities_add() {
    let mut lost = Lost::new();
    let before = lost.held();
    let opened = Ledgers::open(&lost.world.path(), Settings::default(), lost.world.clock());
    assert!(matches!(opened, Err(OpenError::KeyFileMissing { .. })));

    let statements = lost.both();
    let recovered = lost.recover(statements.clone()).unwrap();
    let (added_at, retired_at) = (Position(before + 1), Position(before + 3));
    assert_eq!(recovered.positions, (before..before + 4).map(Position).collect::<Vec<_>>());
    let expected = [
        PolicyKey { vkey: lost.first.parse().unwrap(), from: 0, until: Some(retired_at.0 + 1) },
        PolicyKey { vkey: lost.new.vkey.parse().unwrap(), from: added_at.0 + 1, until: None },
    ];
    assert_eq!(recovered.keys.all(), expected);
    assert_eq!(signed_by(&recovered.checkpoint), (vec![id_of(&lost.new.vkey)], before + 4));

    // Doing it again does nothing again.
    let again = lost.recover(statements).unwrap();
    assert_eq!((again.positions, lost.held()), (recovered.positions, before + 4));

    // The ledger is served, audited and replayed, and takes events as before.
    lost.world.reopen();
    let world = &lost.world;
    let health = world.accept(&world.dinkes, &request(world, &world.dinkes, "dinkes"));
    proves(&as_ledger_says(world), &health);
    replays(world);
    assert_eq!(lost.size, before);
}

#[test]
fn a_recovery_records_all_or_nothing() {
    let lost = Lost::new();
    let nothing = || {
        assert_eq!(lost.held(), lost.size);
        for file in ["next", "recovered"] {
            assert!(!key_file(&lost.world, &format!("61.07.{file}.pem")).exists());
        }
    };
    // One authority alone does not put a key in force.
    let [add, confirm, retire, confirm_it] = lost.both().try_into().unwrap();
    match lost.recover(vec![add.clone()]) {
        Err(RecoverError::NotInForce { in_force }) => assert_eq!(in_force, [lost.first.as_str()]),
        other => panic!("{other:?}"),
    }
    nothing();
    // Nor do both another key than the one that is given.
    let [other, its_confirmation] =
        statements(&lost.world, "ledger.key_added", added(&Made::new()));
    let refused = lost.recover(vec![other, its_confirmation]);
    assert!(matches!(refused, Err(RecoverError::NotInForce { .. })));
    nothing();
    // No statement is left out: neither one that is refused nor one that is none.
    let by_one = |by: &Person| {
        let act = lost.world.event(by, "ledger.key_added", LEDGER, added(&lost.new));
        lost.world.sign(by, &act)
    };
    for (line, statements) in [
        (1, vec![by_one(&lost.world.registrar), add.clone(), confirm.clone()]),
        (3, vec![add.clone(), confirm.clone(), b"bukan pernyataan".to_vec()]),
        (1, vec![confirm.clone(), add.clone()]),
        (4, vec![add.clone(), confirm.clone(), retire.clone(), by_one(&lost.world.dinkes)]),
    ] {
        match lost.recover(statements) {
            Err(RecoverError::Refused { line: found, .. }) => assert_eq!(found, line),
            other => panic!("{other:?}"),
        }
        nothing();
    }
    let many = vec![add.clone(); jejak_ledger::RECOVERY_STATEMENTS_MAX + 1];
    assert!(matches!(lost.recover(many), Err(RecoverError::TooMany)));
    let elsewhere = Ledgers::recover(
        &lost.world.path(),
        Settings::default(),
        lost.world.clock(),
        "61.01",
        LogKey::generate().unwrap(),
        Vec::new(),
    );
    assert!(matches!(elsewhere, Err(RecoverError::NoLedger { .. })));
    assert!(lost.recover(vec![add, confirm, retire, confirm_it]).is_ok());
}

/// A file that is still there but of no use is not thrown away.
#[test]
fn what_was_there_in_the_place_of_the_lost_key_lies_aside() {
    let lost = Lost::new();
    let own = key_file(&lost.world, "61.07.pem");
    fs::write(&own, "rusak").unwrap();
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).unwrap();
    lost.recover(lost.both()).unwrap();
    assert_eq!(fs::read_to_string(key_file(&lost.world, "61.07.former.pem")).unwrap(), "rusak");
    assert!(!key_file(&lost.world, "61.07.recovered.pem").exists());
    assert!(Ledgers::open(&lost.world.path(), Settings::default(), lost.world.clock()).is_ok());
}

/// The key of before is in force still, and a next one lies ready: neither file is lost, however often it is done.
#[test]
fn a_recovery_overwrites_no_key_file_and_doing_it_again_moves_none() {
    let mut world = World::new();
    let first = world.ledger().vkey();
    let size = world.ledger().published().size;
    world.close();
    let lost = Lost { world, new: Made::new(), first: first.clone(), size };
    let file = |name: &str| key_file(&lost.world, name);
    let read = |name: &str| fs::read_to_string(file(name)).unwrap();
    let old = read("61.07.pem");
    let prepared = Made::new();
    prepared.put(&file("61.07.next.pem"));
    let next = read("61.07.next.pem");
    fs::write(file("61.07.former.pem"), "lebih tua").unwrap();

    let add = statements(&lost.world, "ledger.key_added", added(&lost.new));
    for repeated in [false, true, true] {
        let recovered = lost.recover(add.clone().into()).unwrap();
        let moved = (!repeated).then(|| file("61.07.former-2.pem"));
        assert_eq!(recovered.former, moved);
        let still =
            StillInForce { vkey: first.parse().unwrap(), file: Some(file("61.07.former-2.pem")) };
        assert_eq!(recovered.still_in_force, [still]);
        assert_eq!(read("61.07.former.pem"), "lebih tua");
        assert_eq!(read("61.07.former-2.pem"), old);
        assert_eq!(read("61.07.next.pem"), next);
        assert_ne!(read("61.07.pem"), old);
        for absent in ["61.07.former-3.pem", "61.07.recovered.pem"] {
            assert!(!file(absent).exists());
        }
    }
    assert!(Ledgers::open(&lost.world.path(), Settings::default(), lost.world.clock()).is_ok());
}

/// Whoever recovers with the file that lay ready keeps it; a key that is held twice signs once.
#[test]
fn a_recovery_with_the_next_key_keeps_its_file_and_a_checkpoint_has_one_signature_of_it() {
    let mut lost = Lost::new();
    lost.new.put(&key_file(&lost.world, "61.07.next.pem"));
    let recovered = lost.recover(lost.both()).unwrap();
    assert_eq!((recovered.former, recovered.still_in_force), (None, Vec::new()));
    assert!(key_file(&lost.world, "61.07.next.pem").exists());
    lost.world.reopen();
    let checkpoint = lost.world.ledger().published().checkpoint;
    assert_eq!(signed_by(&checkpoint).0, [id_of(&lost.new.vkey)]);
}

/// A key that was lost and not retired is in force still: whoever finds it can sign.
#[test]
fn a_recovery_says_which_lost_key_is_still_in_force() {
    let lost = Lost::new();
    let all = lost.both();
    let recovered = lost.recover(all[..2].to_vec()).unwrap();
    let still = StillInForce { vkey: lost.first.parse().unwrap(), file: None };
    assert_eq!((recovered.former, recovered.still_in_force), (None, vec![still]));
    assert_eq!(lost.recover(all).unwrap().still_in_force, []);
}
