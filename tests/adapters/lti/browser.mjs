// Goes the ways of a log-in from an LMS in a headless Chromium, which decides on cookies and frames.
// node browser.mjs MODULES CHROMIUM LMS TOOL FOLDER LINK  ->  {"link": {...}, "frame": {...}, ...}
// The LMS and the tool are different sites (localhost and 127.0.0.1). Pictures go to FOLDER.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const [modules, executablePath, lms, tool, folder, link] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/index.js`));
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu',
  '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--test-third-party-cookie-phaseout']});

const said = {};
for(const [kind, query] of Object.entries({link: 'user=12', frame: 'user=12&frame=1',
  staff: 'user=teacher', refused: 'user=nobody'})) {
  for(const viewport of [{width: 1100, height: 900}, {width: 320, height: 640}]) {
    // axe is put in from outside, which the pages themselves allow to nobody.
    const context = await browser.newContext({viewport, bypassCSP: kind !== 'frame', locale: 'en'});
    let page = await context.newPage();
    await page.goto(`${lms}/course?${query}&tool=${encodeURIComponent(`${tool}/lti/login`)}`);
    const name = `${folder}/${kind}-${viewport.width}`;
    const more = {};
    if(kind === 'frame') {
      const frame = page.frames()[1];
      await frame.waitForSelector('a.button');
      more.framed = (await frame.textContent('h1')).trim();
      await page.screenshot({path: `${name}-course.png`});
      const [tab] = await Promise.all([context.waitForEvent('page'), frame.click('a.button')]);
      page = tab;
    }
    await page.waitForURL(`${tool}/**`);
    await page.waitForSelector('main h1');
    await page.screenshot({path: `${name}.png`});
    const cookies = await context.cookies();
    more.url = page.url().replace(tool, '');
    more.title = (await page.textContent('h1')).trim();
    more.text = (await page.textContent('main')).replace(/\s+/g, ' ').trim();
    more.cookies = cookies.filter(c => c.name.startsWith('milepost')).map(c => `${c.name} ${c.sameSite}`);
    if(kind !== 'frame') {
      await page.evaluate(axe);
      const {violations} = await page.evaluate(() => axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }));
      more.violations = violations.map(v => `${v.id}: ${v.help}`);
      more.wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    }
    said[`${kind} ${viewport.width}`] = more;
    await context.close();
  }
}
const context = await browser.newContext({locale: 'en'});
const page = await context.newPage();
await page.goto(`${lms}/register?link=${encodeURIComponent(link)}`);
const frame = page.frames()[1];
await frame.waitForSelector('#done');
await page.screenshot({path: `${folder}/registered.png`});
const text = (await frame.textContent('main')).replace(/\s+/g, ' ').trim();
await frame.click('#done');
await page.waitForFunction(() => document.title === 'closed');
said.registered = {text};
await browser.close();
console.log(JSON.stringify(said));
