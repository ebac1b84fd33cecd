// Fills in the form of a survey as a person does who has no mouse:
//   node survey.js http://127.0.0.1:8000/survey/SECRET SHOT.png [scripted|plain] [CHROMIUM]
// `plain` has JavaScript switched off.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const [url, shot, mode = "scripted", executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const scripted = mode === "scripted";
const profile = await mkdtemp(path.join(tmpdir(), "survey-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  javaScriptEnabled: scripted,
  viewport: { width: 1000, height: 900 },
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const troubles = [];
const expect = (right, what) => {
  if (!right) troubles.push(what);
};
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => troubles.push(`error in the page: ${error.message}`));
  page.on("console", (message) => {
    // Answers with mistakes are 422, which the console tells as an error.
    if (message.type() === "error" && !/422/.test(message.text())) troubles.push(`the console says: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith("data:")) troubles.push(`asked for ${request.url()}`);
  });

  // The browser's own tools see the page even where it may run no script of its own.
  const focused = () => page.locator(":focus").first();
  const attribute = async (name) => ((await focused().count()) ? focused().getAttribute(name) : null);
  const tabTo = async (wanted, what) => {
    for (let step = 0; step < 120; step += 1) {
      if ((await focused().count()) && (await wanted())) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${what} cannot be reached by the keyboard`);
  };
  const field = (name) => tabTo(async () => (await attribute("name")) === name, name);
  const button = (value) => tabTo(async () => (await attribute("value")) === value, `the button ${value}`);

  await page.goto(url);
  expect((await page.locator("html").getAttribute("lang")) === "en", "the page says no language");
  // Each field has a name that a screen reader tells.
  const tree = await page.locator("main").ariaSnapshot();
  const nameless = tree.split("\n").filter((line) => /- (textbox|radio|checkbox|combobox)\s*(:|$)/.test(line));
  expect(nameless.length === 0, `fields without a name: ${nameless.join("; ")}`);

  // Straight to the end: what is missing is told, and the summary has the focus.
  await button("submit");
  await page.keyboard.press("Enter");
  await page.locator("#summary").waitFor();
  expect(/^Error/.test(await page.title()), "the title does not tell of the mistake");
  expect((await attribute("id")) === "summary", "the summary has not the focus");
  // From the summary to the question by its link.
  await tabTo(async () => (await attribute("href")) === "#q-started", "the link to the question");
  await page.keyboard.press("Enter");
  // The address changes a moment after the key.
  await page.waitForURL(/#q-started$/).catch(() => expect(false, "the link leads to its question"));
  await field("q.started");
  await page.keyboard.press("Space");
  if (scripted) {
    // What is not asked is put aside; what is filled in is saved by itself.
    expect(!(await page.locator("#q-why").isVisible()), "a question that is not asked is shown");
    await page.locator("#status", { hasText: "Saved at" }).waitFor();
  }
  await field("q.staff");
  await page.keyboard.type("twelve");
  await field("q.projects.0.title");
  await page.keyboard.type("Potholes by camera <b>");
  await field("q.projects.0.summary");
  await page.keyboard.type("Cameras on refuse lorries find potholes on their way round.");
  await button("submit");
  await page.keyboard.press("Enter");
  await page.locator("#summary").waitFor();
  expect(/digits/.test(await page.locator("#summary").innerText()), "the slip is not told");
  expect((await page.locator("[name='q.staff']").inputValue()) === "twelve", "what was typed is gone");
  expect((await page.locator("[name='q.staff']").getAttribute("aria-invalid")) === "true", "the field is not marked");
  await field("q.staff");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("12");
  await button("submit");
  await page.keyboard.press("Enter");
  await page.getByText("Thank you").waitFor();
  expect((await page.locator("[name='q.projects.0.title']").inputValue()) === "Potholes by camera <b>", "the project is shown as it was typed");
  await page.screenshot({ path: shot, fullPage: true });
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
for (const trouble of troubles) console.error(trouble);
console.log(`the form was filled in by the keyboard alone (${mode}); ${shot} shows it`);
process.exitCode = troubles.length === 0 ? 0 : 1;
