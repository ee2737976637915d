@dec() export class A<T> extends B implements C {
    #a = 1; static b?: string; declare c; accessor d = () => this.#a;
    constructor(private readonly e: E, public f = 2) { super(e); }
    get g() { return super.g; } set g(v) {} static async *h() { yield* i; }
    static { this.b = "x"; } [k: string]: any;
}
