// Opens the page that a person sees and runs its first example:
//   node graphiql.js http://127.0.0.1:8000 SHOT.png [graphiql|plain] [CHROMIUM]
// `plain` is the editor that takes GraphiQL's place where the network has no CDN.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const [url, shot, editor = "graphiql", executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
const PATIENCE = { timeout: 60_000 };
const EDITORS = {
  graphiql: { run: "button.graphiql-execute-button", result: ".result-window" },
  plain: { run: "main.plain button", result: "#result" },
};
const profile = await mkdtemp(path.join(tmpdir(), "graphiql-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  headless: true,
  viewport: { width: 1280, height: 800 },
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const troubles = [];
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => troubles.push(`error in the page: ${error.message}`));
  await page.route(
    (address) => !address.href.startsWith(`${url}/`) && !/^(data|blob):/.test(address.href),
    (route) => {
      // With its own files at hand the page needs nobody else; without them nobody else is to be had.
      if (editor === "graphiql") troubles.push(`asked for ${route.request().url()}`);
      return route.abort();
    },
  );
  await page.goto(`${url}/`, { waitUntil: "load" });
  await page.locator(EDITORS[editor].run).click(PATIENCE);
  const result = page.locator(EDITORS[editor].result).first();
  const answered = result.filter({ hasText: /"(data|errors)"/ }).waitFor(PATIENCE);
  // With several operations in the editor the button asks which one: the first.
  const choice = page.getByRole("menuitem").first();
  const chosen = choice.waitFor(PATIENCE).then(() => choice.click());
  await Promise.any([answered, chosen]);
  chosen.catch(() => {});
  await answered;
  const text = await result.innerText();
  if (/"errors"/.test(text)) troubles.push(`the first example answered with errors: ${text.slice(0, 500)}`);
  await page.screenshot({ path: shot });
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
for (const trouble of troubles) console.error(trouble);
console.log(`the first example was run in ${editor}; ${shot} shows it`);
process.exitCode = troubles.length === 0 ? 0 : 1;
