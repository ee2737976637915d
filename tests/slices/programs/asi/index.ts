// No semicolons: what goes must not join its neighbours
import { Function } from "@plutolang/pluto"
import { a } from "lib-a"

const one = { n: 1 }
const gone = a
;[1, 2].forEach((x) => (one.n += x))
const text = `t`
const alsoGone = [a]
;(() => (one.n *= 2))()
let i = 0
const never = a /* a comment */
++i
const tail = "tail" // another
const last = gone || alsoGone
`${text}`.trim()

new Function(async () => [one.n, i, text], "numbers")
new Function(async () => [tail, last, never], "rest")
new Function(async () => tail, "tail")
