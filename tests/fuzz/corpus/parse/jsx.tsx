const e = <A.B c="d" {...f} g={h}>i &amp; {j} <k/> </A.B>;
const l = <T,>(m: T) => <>{m}</>;
