// Looks at pages as axe-core does, in a headless Chromium, light and dark, wide and narrow.
// node axe.mjs MODULES CHROMIUM ADDRESS...  ->  [{"url", "id", "help", "nodes"}]
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

const [modules, executablePath, ...addresses] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/index.js`));
const {chromium} = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await chromium.launch({executablePath, args: ['--no-sandbox', '--disable-gpu',
  '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']});
const found = [];
for(const colorScheme of ['light', 'dark']) {
  for(const viewport of [{width: 1100, height: 900}, {width: 320, height: 700}]) {
    const context = await browser.newContext({colorScheme, viewport, bypassCSP: true});
    const page = await context.newPage();
    for(const url of addresses) {
      await page.goto(url);
      await page.evaluate(axe);
      const {violations} = await page.evaluate(() => axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      }));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if(wide > 0) {
        found.push({url, id: 'scrolls sideways', help: `${wide} pixels`, nodes: []});
      }
      for(const each of violations) {
        found.push({url, id: each.id, help: each.help, nodes: each.nodes.map(n => n.html)});
      }
    }
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(found));
