export class <in T> { m( { } let as = 3; @(a[0]) f(a, [b; `c${d
/* e
