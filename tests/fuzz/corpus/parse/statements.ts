outer: for (let i = 0, j; i < 3; i++) { switch (i) { case 1: continue outer; default: break; } }
try { using u = f(); var v; } catch ({ message }) { throw v; } finally { do ; while (0) }
for (const k in o) if (k) { function g() { return k; } } else { let as = 1; as; }
