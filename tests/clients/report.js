// Opens the evidence report of the surest finding as a person, a screen reader and a printer do:
//   node report.js http://127.0.0.1:8000 SHOT.png [CHROMIUM]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const [url, shot, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const answer = await fetch(`${url}/graphql`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ query: "{ overlaps(first: 1) { nodes { id evidence { alignedTerms { left } } } } }" }),
});
const [finding] = (await answer.json()).data.overlaps.nodes;
const troubles = [];
const must = (holds, what) => holds || troubles.push(what);
const profile = await mkdtemp(path.join(tmpdir(), "report-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1280, height: 900 },
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => troubles.push(`error in the page: ${error.message}`));
  page.on("console", (said) => said.type() === "error" && troubles.push(`the browser says: ${said.text()}`));
  page.on("request", (request) => must(request.url().startsWith(`${url}/reports/`) || request.url().startsWith("data:"), `asked for ${request.url()}`));
  const opened = await page.goto(`${url}/reports/overlaps/${finding.id}`, { waitUntil: "load" });
  must(opened.status() === 200, `status ${opened.status()}`);

  // What a screen reader goes by.
  must((await page.getByRole("heading", { level: 1 }).count()) === 1, "one heading of the first level");
  must((await page.getByRole("main").count()) === 1, "one main part");
  must((await page.title()).startsWith("Overlap: "), "a title");
  must((await page.locator("html").getAttribute("lang")) === "en", "a language");
  const levels = await page.locator("h1, h2, h3").evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
  must(levels.every((level, at) => at === 0 || level <= levels[at - 1] + 1), `no level is left out: ${levels}`);
  const tables = await page.getByRole("table").all();
  must(tables.length >= 4, `${tables.length} tables`);
  for (const table of tables) {
    const bare = await table.evaluate((one) => !one.caption?.textContent || [...one.querySelectorAll("th")].some((head) => !head.scope));
    must(!bare, "a table without a caption, or a head without its scope");
  }
  const marks = await page.locator("mark").allInnerTexts();
  must(marks.length > 0 && marks.every((mark) => /\d$/.test(mark)), `words that met are numbered: ${marks.slice(0, 5)}`);
  await page.keyboard.press("Tab");
  must((await page.locator(":focus").innerText()) === "To the evidence", "the first key leads to the evidence");

  // Dark on light by 4.5 to 1 and more, words that met too.
  const faint = await page.evaluate(() => {
    const light = (colour) => {
      const [r, g, b] = colour.match(/[\d.]+/g).map((part) => Number(part) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (one) => {
      for (let at = one; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (!/, 0\)$/.test(colour)) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const contrast = (one) => (light(behind(one)) + 0.05) / (light(getComputedStyle(one).color) + 0.05);
    return [...document.querySelectorAll("p, dt, dd, th, td, mark, h1, h2, h3")].filter((one) => contrast(one) < 4.5).length;
  });
  must(faint === 0, `${faint} texts are too faint`);
  await page.screenshot({ path: shot, fullPage: true });

  // A telephone needs no scrolling aside but within a table.
  await page.setViewportSize({ width: 360, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  must(wide <= 0, `${wide} pixels too wide for a telephone`);

  await page.emulateMedia({ media: "print" });
  const printed = await page.pdf({ format: "A4" });
  await writeFile(shot.replace(/png$/, "pdf"), printed);
  must(printed.length > 10_000, "the printed page is empty");
  must(!(await page.locator(".skip").isVisible()), "what leads the keyboard is not printed");
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
for (const trouble of troubles) console.error(trouble);
console.log(`the report of ${finding.id} was read; ${shot} shows it`);
process.exitCode = troubles.length === 0 ? 0 : 1;
