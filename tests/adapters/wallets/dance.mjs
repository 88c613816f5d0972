// A learner in a headless Chromium lets a wallet in, or does not, by what stands on the page.
// node dance.mjs MODULES CHROMIUM BUTTON SHOT ADDRESS...  ->  {"title", "url", "blocked"}
// The last address is the wallet's question; those before it are followed first.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [modules, executablePath, button, shot, ...addresses] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/index.js`));
const {chromium} = require('playwright-core');

const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu',
  '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']});
const page = await browser.newPage({viewport: {width: 360, height: 760}, locale: 'en'});
const blocked = [];
page.on('console', message => blocked.push(message.text()));
for(const url of addresses) {
  await page.goto(url);
}
const title = await page.title();
await page.screenshot({path: shot, fullPage: true});
await page.getByRole('button', {name: button}).click();
await page.waitForURL(/\/back\?/, {timeout: 15000}).catch(() => {});
console.log(JSON.stringify({title, url: page.url(), blocked}));
await browser.close();
