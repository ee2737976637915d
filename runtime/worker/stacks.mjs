/**
 * Stacks in terms of whoever wrote the handler: without the worker's own frames, and with places in the sources where a
 * source map lies beside the bundle.
 *
 * Invariant: a stack is worth more than its map. Whatever is wrong with a map, the stack is there.
 */
const fs = process.getBuiltinModule("node:fs");
const { fileURLToPath, pathToFileURL } = process.getBuiltinModule("node:url");

const own = new Set(); // places of the worker's own files, as stacks name them
const isOwn = (line) => [...own].some((place) => line.includes(place));
const isNative = (line) => /[( ]node:|\(<anonymous>\)$/.test(line);

/** A module says that it is the worker's: in a package all of them are one file. */
export function isOurs(url) {
  own.add(url).add(fileURLToPath(url));
}
isOurs(import.meta.url);

// The bundle, where a source map lies beside it: `pluto run` has one, archives for AWS have none.
let bundle = null;

/** Tells stacks of the sources that a file was made of. */
export function useSourcesOf(file) {
  if (!fs.existsSync(`${file}.map`)) return;
  const url = pathToFileURL(file).href;
  const literally = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  bundle = { url, map: null, place: new RegExp(`${literally}:(\\d+):(\\d+)`) };
}

function readMap(file) {
  try {
    const { SourceMap } = process.getBuiltinModule("node:module");
    return new SourceMap(JSON.parse(fs.readFileSync(file, "utf8")));
  } catch {
    return { findOrigin: () => ({}) }; // a stack is worth more than its map
  }
}

/** A line of a stack with its place in the sources; null for pluto's own part of the bundle. */
function inSources(line) {
  const [place, row, column] = (bundle && line.match(bundle.place)) ?? [];
  if (!place) return line;
  bundle.map ??= readMap(`${fileURLToPath(bundle.url)}.map`);
  const { fileName, lineNumber, columnNumber } = bundle.map.findOrigin(Number(row), Number(column));
  if (!fileName) return line;
  if (fileName.startsWith("pluto-")) return null;
  return line.replace(place, `${fileName.replace(/^(\.\.\/)+/, "")}:${lineNumber}:${columnNumber}`);
}

/** Text of a log in which stacks may stand. */
export function textInSources(text) {
  if (!bundle || !text.includes(bundle.url)) return text;
  const kept = [];
  for (const line of text.split("\n")) {
    const told = isOwn(line) ? null : inSources(line);
    if (told !== null) kept.push(told);
    else if (line.endsWith(" {") && kept.length > 0) kept.push(`${kept.pop()} {`); // fields of the error follow
  }
  return kept.join("\n");
}

/**
 * The stack of an error as whoever wrote the handler knows it: what called the handler is left out, which is frames of
 * the worker, and Node.js's own below them.
 */
export function traceOf(error) {
  const lines = error.stack?.split("\n") ?? [];
  const kept = lines.filter((line) => !isOwn(line)).map(inSources).filter((line) => line !== null);
  while (kept.length < lines.length && kept.length > 1 && isNative(kept.at(-1))) kept.pop();
  return kept;
}
