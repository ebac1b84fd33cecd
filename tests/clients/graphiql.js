// Opens the page that a person sees and runs its first example: node graphiql.js http://127.0.0.1:8000 SHOT.png
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";

const [url, shot, executablePath = "/usr/bin/chromium"] = process.argv.slice(2);
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
  page.on("request", (request) => {
    // A council's network lets nothing else through, and a person's query is nobody else's business.
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) troubles.push(`asked for ${request.url()}`);
  });
  await page.goto(`${url}/`, { waitUntil: "load" });
  const execute = page.getByRole("button", { name: /execute query|run/i }).first();
  await execute.waitFor({ timeout: 60_000 });
  await execute.click();
  // With several operations in the editor the button asks which one: the first.
  const choice = page.getByRole("menuitem").first();
  await Promise.race([choice.waitFor({ timeout: 5_000 }).then(() => choice.click()), page.waitForTimeout(5_000)]).catch(() => {});
  const result = page.locator(".result-window, [data-testid=result], #result").first();
  await page.waitForFunction((element) => /"data"/.test(element?.textContent ?? ""), await result.elementHandle(), { timeout: 60_000 });
  const text = await result.innerText();
  if (/"errors"/.test(text)) troubles.push(`the example answered with errors: ${text.slice(0, 500)}`);
  await page.screenshot({ path: shot });
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
for (const trouble of troubles) console.error(trouble);
console.log(`the first example was run; ${shot} shows it`);
process.exitCode = troubles.length === 0 ? 0 : 1;
