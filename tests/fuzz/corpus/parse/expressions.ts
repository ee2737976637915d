x = a?.b!.c?.[0]?.(d) ?? `t${e as F}\u{41}` + sql<G>`h` ** 2 || (i satisfies J);
[k, l.m, ...n] = { o, p: 1, get q() { return 0x1Fn; }, async *r() {}, [s]: /[/]\d/giu, ...t };
const f = async <T,>({ u = 1, ...v }: T, [w] = []): Promise<T> => (v, arguments, new.target, import.meta);
