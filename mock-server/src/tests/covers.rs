//! Pictures of films.

use super::{ORIGIN, get, header, hyprlab, hyprlab_create, prism, seconds, vault, with_key};
use crate::{Request, World, Worlds};

/// What a fetch of a picture at this time is answered with, and whether it leaked a key.
fn check(world: &mut World, at: u64, request: &Request, http: u16, leaks: bool) {
    let plan = world.handle(seconds(at), request);
    assert_eq!(plan.http(), Some(http), "{request:?} at {at}");
    assert_eq!(header(&plan, "content-type") == Some("image/jpeg"), http == 200, "{request:?} at {at}");
    assert_eq!(world.requests().last().unwrap().key_leaked, leaks, "{request:?} at {at}");
}

#[test]
fn a_cover_is_there_when_its_film_is() {
    let mut world = World::new(ORIGIN, 0, [&hyprlab(), &prism()]);
    world.handle(seconds(0), &hyprlab_create("a"));
    world.handle(seconds(0), &hyprlab_create("[[mock:failed]]"));
    world.handle(seconds(0), &hyprlab_create("[[mock:html-film]]"));
    world.handle(seconds(0), &hyprlab_create("[[mock:expired-film]]"));
    let cover = |job: u64| get(&format!("/__mock/covers/mock-00000{job}.jpg"));
    check(&mut world, 1, &cover(1), 404, false);
    check(&mut world, 300, &cover(1), 200, false);
    check(&mut world, 300, &with_key(cover(1)), 200, true);
    check(&mut world, 300, &Request { method: "POST".to_owned(), ..cover(1) }, 405, false);
    check(&mut world, 300, &cover(2), 404, false);
    check(&mut world, 300, &cover(3), 200, false);
    check(&mut world, 300, &cover(4), 200, false);
    check(&mut world, 300, &cover(5), 404, false);
    for path in ["covers/mock-000001.mp4", "outputs/mock-000001.jpg", "covers/", "covers/.jpg"] {
        check(&mut world, 300, &get(&format!("/__mock/{path}")), 404, false);
    }
    // The pictures were seen, the films were not.
    assert_eq!(
        world.verdict().findings.iter().filter(|finding| finding.fault == crate::ClientFault::Orphaned).count(),
        3
    );
}

#[test]
fn a_cover_needs_the_key_where_its_film_does() {
    let mut provider = vault();
    provider.download = Some(polyreel_spec::Download { auth: true, operation: None });
    let mut world = World::new(ORIGIN, 0, [&provider]);
    let key = |mut request: Request| {
        request.headers.push(("x-vault-key".to_owned(), "Key mock-key".to_owned()));
        request
    };
    world.handle(seconds(0), &key(super::post_json("/vault/v1/jobs", serde_json::json!({"prompt": "a"}))));
    let cover = || get("/__mock/covers/mock-000001.jpg");
    check(&mut world, 300, &cover(), 401, false);
    check(&mut world, 300, &key(cover()), 200, false);
}

#[test]
fn a_cover_is_in_the_world_of_its_job() {
    let mut worlds = Worlds::new(World::new(ORIGIN, 0, [&hyprlab()]));
    let mut create = hyprlab_create("a");
    create.headers.retain(|(name, _)| name != "authorization");
    create.headers.push(("authorization".to_owned(), "Bearer mock-key-alice".to_owned()));
    worlds.handle(seconds(0), &create);
    for (path, http) in [
        ("/__mock/worlds/alice/covers/mock-000001.jpg", 200),
        ("/__mock/worlds/bob/covers/mock-000001.jpg", 404),
        ("/__mock/covers/mock-000001.jpg", 404),
    ] {
        assert_eq!(worlds.handle(seconds(300), &get(path)).http(), Some(http), "{path}");
    }
}
