// Holds the form of a survey against WCAG 2.2 AA, in each state that an officer meets:
//   node accessible.js LINK LINK_OF_A_COLLEAGUE [CHROMIUM]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { audit } from "./axe.js";

const [url, colleague, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const profile = await mkdtemp(path.join(tmpdir(), "accessible-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1000, height: 900 },
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const troubles = [];
const must = (right, what) => {
  if (!right) troubles.push(what);
};
let tried = 0;
let stops = 0;

/** What a program can see of colours, sizes and order, beside axe. */
async function look(page, what) {
  const found = await audit(page, what);
  troubles.push(...found.troubles);
  tried += found.tried;
  must(found.tried >= 20, `${what}: only ${found.tried} rules were tried`);

  const faint = await page.evaluate(() => {
    const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = (colour) => {
      const [r, g, b] = parts(colour).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (one) => {
      for (let at = one; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if (parts(colour)[3] !== 0) return colour;
      }
      return "rgb(255, 255, 255)";
    };
    const ratio = (one, other) => {
      const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
      return (high + 0.05) / (low + 0.05);
    };
    const seen = (one) => one.getClientRects().length > 0;
    const texts = [...document.querySelectorAll("h1, h2, p, label, legend, li, a, button, option")].filter(seen);
    const fields = [...document.querySelectorAll("input[type=text], textarea, select")].filter(seen);
    const name = (one) => one.id || one.name || one.textContent.trim().slice(0, 40);
    return [
      ...texts.filter((one) => ratio(getComputedStyle(one).color, behind(one)) < 4.5).map((one) => `${name(one)} is too faint to read`),
      // What shows where a field is: 3 to 1.
      ...fields.filter((one) => ratio(getComputedStyle(one).borderTopColor, behind(one.parentElement)) < 3).map((one) => `the border of ${name(one)} is too faint`),
    ];
  });
  troubles.push(...faint.map((one) => `${what}: ${one}`));

  const small = await page.evaluate(() => {
    const targets = [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button")].filter((one) => one.getClientRects().length > 0);
    const size = (one) => one.getBoundingClientRect();
    return targets.filter((one) => size(one).width < 24 || size(one).height < 24).map((one) => `${one.id || one.name} is ${size(one).width} by ${size(one).height} pixels`);
  });
  troubles.push(...small.map((one) => `${what}: ${one}`));
}

/** Walks through the page by the Tab key: in the order of the text, each stop shown, and out again at the end. */
async function walk(page, what) {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.locator("body").press("Tab");
  const places = [];
  for (let step = 0; step < 200; step += 1) {
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const style = getComputedStyle(one);
      const all = [...document.querySelectorAll("*")];
      return { place: all.indexOf(one), name: one.id || one.name || one.textContent.trim().slice(0, 40), outline: Number.parseFloat(style.outlineWidth), styled: style.outlineStyle !== "none" };
    });
    if (!at || (places.length > 0 && at.place === places[0].place)) break;
    places.push(at);
    must(at.styled && at.outline >= 2, `${what}: nothing shows that ${at.name} has the focus`);
    await page.keyboard.press("Tab");
  }
  must(places.length < 200, `${what}: the Tab key does not come to an end`);
  must(places.length >= 3, `${what}: only ${places.length} stops`);
  const back = places.filter((at, index) => index > 0 && at.place < places[index - 1].place);
  must(back.length === 0, `${what}: the focus jumps back to ${back.map((at) => at.name).join(", ")}`);
  stops += places.length;
}

try {
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => troubles.push(`error in the page: ${error.message}`));
  await page.goto(url);
  await look(page, "a form that nobody touched");
  await walk(page, "a form that nobody touched");

  // Mistakes are said aloud where they are listed, and beside each field.
  await page.locator("[name='q.staff']").fill("twelve");
  await page.locator("[name='q.projects.0.title']").fill("Potholes by camera");
  await page.locator("button[value=submit]").click();
  await page.locator("#summary").waitFor();
  await look(page, "a form with mistakes");
  await walk(page, "a form with mistakes");
  const summary = page.locator("#summary");
  must((await summary.getAttribute("role")) === "alert", "the summary of mistakes is not announced");
  must((await summary.evaluate((one) => document.activeElement === one || one.hasAttribute("autofocus"))), "the summary of mistakes does not get the focus");
  for (const link of await summary.locator("a").all()) {
    const target = page.locator(await link.getAttribute("href"));
    must((await target.count()) === 1, `${await link.innerText()} leads nowhere`);
    const told = await target.evaluate((one) => {
      const ids = (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
      return ids.map((id) => document.getElementById(id)?.textContent ?? "MISSING").join(" ");
    });
    must(/Error: /.test(told) && !/MISSING/.test(told), `the mistake is not told with ${await link.innerText()}: ${told}`);
  }

  // A colleague answers meanwhile: both answers are shown.
  const other = await browser.newPage();
  await other.goto(colleague);
  await other.locator("[name='q.staff']").fill("5");
  await other.locator("button[value=submit]").scrollIntoViewIfNeeded();
  await other.locator("button[value=save]").last().click();
  await other.getByText("Saved. You can go on").waitFor();
  await look(other, "a form that was saved");
  await page.locator("[name='q.staff']").fill("6");
  await page.locator("input[name='q.started'][value=YES]").check();
  await page.locator("button[value=submit]").click();
  await page.getByText("A colleague (Grace)").first().waitFor();
  await look(page, "a form with two officers' answers");

  // A telephone, and text that somebody sets wider: nothing scrolls aside, nothing is cut off.
  await page.setViewportSize({ width: 320, height: 700 });
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  must((await wide()) <= 0, "a narrow page scrolls aside");
  await look(page, "a form on a telephone");
  await page.evaluate(() => {
    for (const one of document.querySelectorAll("body *")) {
      Object.assign(one.style, { lineHeight: "1.5", letterSpacing: "0.12em", wordSpacing: "0.16em" });
    }
    document.documentElement.style.fontSize = "200%";
  });
  must((await wide()) <= 0, "a narrow page with large, wide text scrolls aside");
  await page.setViewportSize({ width: 1000, height: 900 });

  await page.goto(url);
  await page.locator("[name='q.projects.0.summary']").fill("Cameras on refuse lorries find potholes on their way round.");
  await page.locator("[name='q.projects.0.title']").fill("Potholes by camera");
  await page.locator("input[name='q.started'][value=YES]").check();
  await page.locator("button[value=submit]").click();
  await page.getByText("Thank you").waitFor();
  await look(page, "a form that was submitted");
  must((await page.locator("[role=status]").first().innerText()).includes("Thank you"), "that it was submitted is not announced");

  await page.goto(`${new URL(url).origin}/survey/nothing`);
  await look(page, "a page without a form");
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
for (const trouble of troubles) console.error(trouble);
console.log(`${tried} rules of axe held in seven states; ${stops} stops of the Tab key; ${troubles.length} troubles`);
process.exitCode = troubles.length === 0 ? 0 : 1;
