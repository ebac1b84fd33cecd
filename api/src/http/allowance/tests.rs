use super::*;

fn allowances(strangers: u32) -> Arc<Allowances> {
    Allowances::new(AllowanceSettings {
        strangers: Some(strangers),
        known: None,
        operations: 2,
        sockets: 1,
    })
}

fn address(text: &str) -> Client {
    let ip: IpAddr = text.parse().unwrap();
    Client::stranger(ClientAddress(Some((ip, 80).into())))
}

fn after(start: Instant, milliseconds: u64) -> Instant {
    start + Duration::from_millis(milliseconds)
}

#[test]
fn a_bucket_empties_and_fills_evenly() {
    let (allowances, client, start) = (allowances(600), address("192.0.2.1"), Instant::now());
    let left = |points, at| {
        allowances
            .charge(client, points, at)
            .map(|standing| standing.unwrap().left)
    };
    assert_eq!(left(500, start), Ok(100));
    assert_eq!(left(100, start), Ok(0));
    let refused = allowances.charge(client, 25, start).unwrap_err();
    assert_eq!(
        (refused.left, refused.retry_in, refused.full_in),
        (0, Some(Duration::from_secs(3)), WINDOW)
    );
    assert!(
        left(25, after(start, 2_499)).is_err(),
        "ten points a second come in"
    );
    assert_eq!(left(25, after(start, 2_500)), Ok(0));
    assert_eq!(left(0, after(start, 10_000_000)), Ok(600), "no more than full");
    assert_eq!(
        left(u64::MAX, after(start, 10_000_000)),
        Ok(0),
        "what costs more than a bucket holds empties it"
    );
    assert!(left(u64::MAX, after(start, 10_050_000)).is_err());
    assert!(left(u64::MAX, after(start, 10_060_000)).is_ok());
}

#[test]
fn slow_buckets_lose_nothing_to_rounding() {
    let (allowances, client, start) = (allowances(1), address("192.0.2.1"), Instant::now());
    assert!(allowances.charge(client, 1, start).is_ok());
    let mut given = 0;
    for millisecond in (0..60_060).step_by(7) {
        given += u32::from(allowances.charge(client, 1, after(start, millisecond)).is_ok());
    }
    assert_eq!(given, 1, "a point a minute, however often somebody looks");
}

#[test]
fn clients_do_not_spend_each_others_points() {
    let (allowances, start) = (allowances(10), Instant::now());
    assert!(allowances.charge(address("192.0.2.1"), 10, start).is_ok());
    assert!(allowances.charge(address("192.0.2.1"), 1, start).is_err());
    assert!(
        allowances.charge(address("::ffff:192.0.2.1"), 1, start).is_err(),
        "the same address, otherwise written"
    );
    assert!(allowances.charge(address("192.0.2.2"), 10, start).is_ok());
    assert!(allowances.charge(address("2001:db8::1"), 10, start).is_ok());
    assert!(
        allowances.charge(address("2001:db8::ffff:1"), 1, start).is_err(),
        "the same network"
    );
    assert!(allowances.charge(address("2001:db8:0:1::1"), 10, start).is_ok());
    assert_eq!(
        allowances.charge(Client::Account(Uuid::nil()), u64::MAX, start),
        Ok(None),
        "no bound is set"
    );
}

#[test]
fn what_is_under_way_at_once_is_bounded_until_it_ends() {
    let (allowances, client, now) = (allowances(10), address("192.0.2.1"), Instant::now());
    let first = allowances.begin(client, now).unwrap();
    let second = allowances.begin(client, now).unwrap();
    let refused = allowances.begin(client, now).unwrap_err();
    assert_eq!(
        (refused.status.as_u16(), refused.retry_in),
        (429, Some(Duration::from_secs(1)))
    );
    assert!(allowances.begin(address("192.0.2.2"), now).is_ok());
    let socket = allowances.open(client, now).unwrap();
    assert!(allowances.open(client, now).is_err());
    drop((first, socket));
    assert!(allowances.open(client, now).is_ok());
    assert!(allowances.begin(client, now).is_ok());
    drop(second);
}

#[test]
fn a_flood_of_clients_takes_bounded_memory_and_forgets_nobody_who_is_busy() {
    let (allowances, now) = (allowances(10), Instant::now());
    let busy = address("192.0.2.1");
    let _place = allowances.begin(busy, now).unwrap();
    assert!(allowances.charge(busy, 10, now).is_ok());
    for number in 0..u128::try_from(2 * MOST_CLIENTS).unwrap() {
        let client = Client::Address(Some(IpAddr::V6((number << 64).into())));
        assert!(allowances.charge(client, 10, now).is_ok());
        assert!(allowances.clients().len() <= MOST_CLIENTS);
    }
    assert!(allowances.charge(busy, 1, now).is_err());
}

#[test]
fn the_headers_tell_what_is_left_and_when_to_come_again() {
    let (allowances, client, now) = (allowances(600), address("192.0.2.1"), Instant::now());
    let mut headers = HeaderMap::new();
    allowances
        .charge(client, 300, now)
        .unwrap()
        .unwrap()
        .tell(&mut headers);
    assert_eq!(headers.get("ratelimit-policy").unwrap(), "\"address\";q=600;w=60");
    assert_eq!(headers.get("ratelimit").unwrap(), "\"address\";r=300;t=30");
    assert!(headers.get(RETRY_AFTER).is_none());
    allowances
        .charge(client, 450, now)
        .unwrap_err()
        .tell(&mut headers);
    assert_eq!(headers.get(RETRY_AFTER).unwrap(), "15");
}
