/**
 * The URL of a module of this folder for a thread, with parameters that it finds in `globalThis.asked`: Node gives a
 * thread's first module its URL without the query, so a query says nothing there.
 */
export function threadModule(name: string, asked: Readonly<Record<string, unknown>>): URL {
  const module = JSON.stringify(new URL(name, import.meta.url));
  const source = `globalThis.asked = ${JSON.stringify(asked)}; await import(${module});`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
