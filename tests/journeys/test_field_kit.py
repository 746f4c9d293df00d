"""The field kit with the network switched off in the middle: nothing lost, nothing twice, and wiped when it must be."""

import re

import pytest

pytestmark = pytest.mark.journey
PIN = "жол-ачкычы-7"
ENTRIES = re.compile(r"/field/phones/[^/]+/entries/$")


@pytest.fixture
def kit(page, sign_in, context):
    """A telephone of the case worker that has been made ready, with its cases."""
    sign_in("caseworker")
    begin(page)
    yield page
    context.set_offline(False)


def begin(page) -> None:
    visit(page)
    page.fill("#begin [name=name]", "Journey")
    page.fill("#pin", PIN)
    page.fill("#again", PIN)
    page.click("#begin button")
    page.wait_for_selector("#cases details", state="attached")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "navigator.serviceWorker.controller !== null")


def until(page, expression: str) -> None:
    """Waits by asking again: the content policy forbids what `wait_for_function` does."""
    for _try in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not so after 15 seconds: {expression}; the page says {page.inner_text('#said')!r}")


def visit(page) -> None:
    page.goto("/field/")
    page.wait_for_selector("html[data-ready=yes]")


def unlock(page, pin: str = PIN) -> None:
    page.fill("#unlock-pin", pin)
    page.click("#unlock button")


def write(page, text: str) -> None:
    card = page.locator("#cases details").first
    if not card.get_attribute("open"):
        card.evaluate("one => { one.open = true; }")
    card.locator("textarea").fill(text)
    card.locator("form button").click()


def waits(page, count: int) -> None:
    until(page, f"localStorage.getItem('kozot-field-outbox') === '{count}'")


def notes(page) -> str:
    return page.locator("#cases details").first.locator(".notes").evaluate("one => one.textContent")


def synchronise(page) -> None:
    page.click("#sync")


def test_three_notes_without_a_connection_survive_a_reload_and_arrive_once(kit, context):
    context.set_offline(True)
    for place in (1, 2, 3):
        write(kit, f"offline note {place}")
        waits(kit, place)
    visit(kit)  # served by the service worker
    assert "3" in kit.locator("#count").inner_text()
    unlock(kit)
    kit.wait_for_selector("#outbox li:nth-child(3)")
    context.set_offline(False)
    synchronise(kit)
    waits(kit, 0)
    until(kit, "document.querySelector('#cases .notes').textContent.includes('offline note 3')")
    assert [notes(kit).count(f"offline note {place}") for place in (1, 2, 3)] == [1, 1, 1]


def test_a_lost_answer_makes_no_second_note(kit):
    answered = []

    def lose(route):
        answered.append(route.fetch().status)
        route.abort()

    kit.route(ENTRIES, lose, times=1)
    write(kit, "answer lost")
    while not answered:
        kit.wait_for_timeout(100)
    assert answered == [201]
    waits(kit, 1)
    until(kit, "document.getElementById('said').textContent !== ''")
    synchronise(kit)
    waits(kit, 0)
    until(kit, "document.querySelector('#cases .notes').textContent.includes('answer lost')")
    assert notes(kit).count("answer lost") == 1


def test_what_is_refused_stays_with_its_reason_and_can_be_mended(kit):
    refusal = {"status": 422, "json": {"code": "text_missing", "text": "Say more."}}
    kit.route(ENTRIES, lambda route: route.fulfill(**refusal), times=1)
    write(kit, "too short")
    kit.wait_for_selector("#outbox .refused:not([hidden])")
    assert "Say more." in kit.locator("#outbox .reason").inner_text()
    waits(kit, 1)
    kit.unroute(ENTRIES)
    kit.fill("#outbox textarea", "long enough after all")
    kit.click("#outbox .again")
    waits(kit, 0)
    until(kit, "document.querySelector('#cases .notes').textContent.includes('long enough')")


def test_what_is_half_written_outlives_a_synchronisation(kit):
    card = kit.locator("#cases details").first
    card.evaluate("one => { one.open = true; }")
    card.locator("textarea").fill("half a sen")
    synchronise(kit)
    until(kit, "document.getElementById('said').textContent !== ''")
    kit.wait_for_timeout(500)
    assert card.locator("textarea").input_value() == "half a sen" and card.get_attribute("open") is not None


def test_a_conflict_is_shown_and_nothing_is_thrown_away(kit):
    conflict = {"status": 409, "json": {"code": "case_closed", "text": "The case is closed."}}
    kit.route(ENTRIES, lambda route: route.fulfill(**conflict))
    write(kit, "after the end")
    kit.wait_for_selector("#outbox .refused:not([hidden])")
    visit(kit)
    unlock(kit)
    kit.wait_for_selector("#outbox .refused:not([hidden])")
    assert kit.locator("#outbox textarea").input_value() == "after the end"
    kit.on("dialog", lambda dialog: dialog.accept())
    kit.click("#outbox .discard")
    waits(kit, 0)


def test_an_intake_and_a_photo_without_a_connection(kit, context):
    before = kit.locator("#cases details").count()
    context.set_offline(True)
    kit.locator("#intake").evaluate("one => { one.closest('details').open = true; }")
    kit.fill("#intake-text", "Паспортун алып коюшкан")
    kit.fill("#intake-name", "Айгүл Сынак")
    kit.click("#intake button")
    waits(kit, 1)
    card = kit.locator("#cases details").first
    card.evaluate("one => { one.open = true; }")
    picture = {"name": "door.png", "mimeType": "image/png", "buffer": PIXEL}
    card.locator("[name=photo]").set_input_files(picture)
    card.locator("form button").click()
    waits(kit, 2)
    context.set_offline(False)
    synchronise(kit)
    waits(kit, 0)
    until(kit, f"document.querySelectorAll('#cases > details').length === {before + 1}")


def test_nothing_readable_lies_on_the_telephone(kit):
    write_offline = "СЫР СӨЗ 4711"
    kit.context.set_offline(True)
    write(kit, write_offline)
    waits(kit, 1)
    kit.context.set_offline(False)
    dump = kit.evaluate(
        """async () => {
            const open = indexedDB.open("kozot-field");
            const base = await new Promise((done) => { open.onsuccess = () => done(open.result); });
            const rows = [];
            for (const name of base.objectStoreNames) {
                const all = base.transaction(name).objectStore(name).getAll();
                rows.push(...await new Promise((done) => { all.onsuccess = () => done(all.result); }));
            }
            base.close();
            const isBytes = (one) => one instanceof ArrayBuffer || ArrayBuffer.isView(one);
            const parts = (one) => one && typeof one === "object" ? Object.values(one).map(text).join() : String(one);
            const text = (one) => isBytes(one) ? new TextDecoder().decode(one) : parts(one);
            return rows.map(text).join("\\n");
        }"""
    )
    title = kit.locator("#cases summary").first.evaluate("one => one.textContent")
    assert write_offline not in dump and title.split(" ")[0] not in dump
    kit.click("#lock")
    assert kit.locator("#cases details").count() == 0
    unlock(kit, "a wrong one")
    until(kit, "document.getElementById('said').textContent !== ''")
    assert kit.locator("#inside").is_hidden()


def test_signing_out_waits_for_the_outbox_and_takes_the_cases_along(kit, context):
    context.set_offline(True)
    write(kit, "before signing out")
    waits(kit, 1)
    context.set_offline(False)
    kit.goto("/admin/")
    kit.click(".account form[data-leaves] button")
    kit.wait_for_selector("[role=alert] a[href='/field/']")
    visit(kit)
    unlock(kit)
    synchronise(kit)
    waits(kit, 0)
    kit.goto("/admin/")
    with kit.expect_navigation():
        kit.click(".account form[data-leaves] button")
    visit(kit)
    assert kit.locator("#begin").is_visible(), "the sealed cases have gone with the person"


def test_the_office_takes_a_lost_telephone_out_of_use(kit):
    kit.goto("/field/phones/")
    kit.on("dialog", lambda dialog: dialog.accept())
    kit.locator("main li form button").first.click()
    kit.wait_for_load_state()
    visit(kit)
    unlock(kit)
    synchronise(kit)
    kit.wait_for_selector("#begin:not([hidden])")
    assert kit.evaluate("localStorage.getItem('kozot-field-outbox')") is None


def test_after_a_fortnight_without_contact_the_cases_are_gone_and_the_notes_are_not(kit, context):
    context.set_offline(True)
    write(kit, "kept through the fortnight")
    waits(kit, 1)
    kit.clock.install()
    kit.clock.set_fixed_time(kit.evaluate("Date.now() + 15 * 86400000"))
    visit(kit)
    unlock(kit)
    kit.wait_for_selector("#outbox li")
    assert kit.locator("#cases details").count() == 0
    assert kit.locator("#count").inner_text().count("1")


def test_by_command_everything_is_wiped(kit):
    kit.on("dialog", lambda dialog: dialog.accept())
    kit.click("#wipe")
    kit.wait_for_selector("#begin:not([hidden])")
    visit(kit)
    assert kit.locator("#begin").is_visible()


def test_a_half_written_note_and_intake_outlive_a_lock_and_a_closed_tab(kit, context):
    context.set_offline(True)
    card = kit.locator("#cases details").first
    card.evaluate("one => { one.open = true; }")
    card.locator("textarea").fill("half a sentence")
    kit.locator("#intake").evaluate("one => { one.closest('details').open = true; }")
    kit.fill("#intake-text", "жарым өтүнүч")
    kit.click("#lock")
    kit.wait_for_selector("#unlock:not([hidden])")
    assert kit.input_value("#intake-text") == ""
    unlock(kit)
    kit.wait_for_selector("#inside:not([hidden])")
    assert kit.locator("#cases details").first.locator("textarea").input_value() == "half a sentence"
    assert kit.input_value("#intake-text") == "жарым өтүнүч"
    kit.locator("#cases details").first.locator("textarea").fill("half a sentence more")
    kit.wait_for_timeout(1000)
    visit(kit)  # the tab was closed without a word
    unlock(kit)
    kit.wait_for_selector("#inside:not([hidden])")
    assert kit.locator("#cases details").first.locator("textarea").input_value() == "half a sentence more"
    kit.locator("#cases details").first.locator("form button").click()
    waits(kit, 1)
    visit(kit)
    unlock(kit)
    kit.wait_for_selector("#inside:not([hidden])")
    assert kit.locator("#cases details").first.locator("textarea").input_value() == ""


def test_what_is_written_during_a_synchronisation_goes_with_it(kit):
    held = []
    kit.route(ENTRIES, lambda route: held.append(route), times=1)  # noqa: PLW0108  (the library looks at it)
    write(kit, "the first of two")
    while not held:
        kit.wait_for_timeout(50)
    write(kit, "the second of two")
    waits(kit, 2)
    held[0].continue_()
    waits(kit, 0)
    until(kit, "document.querySelector('#cases .notes').textContent.includes('the second of two')")
    assert notes(kit).count("the first of two") == notes(kit).count("the second of two") == 1


def test_a_lock_in_the_middle_of_a_synchronisation_loses_nothing(kit):
    held = []
    kit.route(ENTRIES, lambda route: held.append(route), times=1)  # noqa: PLW0108  (the library looks at it)
    write(kit, "locked in between")
    while not held:
        kit.wait_for_timeout(50)
    kit.click("#lock")
    held[0].continue_()
    kit.wait_for_timeout(500)
    assert kit.locator("#inside").is_hidden() and kit.locator("#cases details").count() == 0
    unlock(kit)
    kit.wait_for_selector("#inside:not([hidden])")
    synchronise(kit)
    waits(kit, 0)
    until(kit, "document.querySelector('#cases .notes').textContent.includes('locked in between')")
    assert notes(kit).count("locked in between") == 1


def test_a_photo_that_the_server_has_no_room_for_does_not_hold_up_the_rest(kit):
    def refuse(route):
        if "too large" in (route.request.post_data or ""):
            route.fulfill(status=413, body="<html>no JSON</html>")
        else:
            route.continue_()

    kit.route(ENTRIES, refuse)
    write(kit, "too large")
    kit.wait_for_selector("#outbox .refused:not([hidden])")
    assert kit.locator("#outbox .reason").inner_text() not in {"", "413"}
    write(kit, "the next one")
    until(kit, "document.querySelector('#cases .notes').textContent.includes('the next one')")
    waits(kit, 1)


def test_five_wrong_pins_are_counted_aloud_and_the_tenth_wipes(kit):
    kit.click("#lock")
    for tried in range(1, 11):
        kit.wait_for_selector("#unlock:not([hidden])")
        kit.evaluate("document.getElementById('said').textContent = ''")
        unlock(kit, f"wrong number {tried}")
        until(kit, "document.getElementById('said').textContent !== ''")
        if tried == 5:
            assert "5" in kit.inner_text("#said")
            visit(kit)  # a closed tab gives no try back
    assert kit.locator("#begin").is_visible() and kit.locator("#unlock").is_hidden()
    assert kit.evaluate("localStorage.getItem('kozot-field-outbox')") is None


def test_what_one_tab_wipes_is_gone_from_the_other(kit, context):
    other = context.new_page()
    visit(other)
    unlock(other)
    other.wait_for_selector("#cases details", state="attached")
    kit.on("dialog", lambda dialog: dialog.accept())
    kit.click("#wipe")
    kit.wait_for_selector("#begin:not([hidden])")
    other.wait_for_selector("#begin:not([hidden])")
    assert other.locator("#cases details").count() == 0
    other.close()


def test_the_page_shuts_nobody_out(kit, audit):
    for width in (1280, 360):
        kit.set_viewport_size({"width": width, "height": 740})
        assert audit(str(width)) == []
        assert kit.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000"
    "0003010100c9fe92ef0000000049454e44ae426082"
)
