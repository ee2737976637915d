// A certificate authority for one run, and certificates for the hosts that clients name (SNI), made when first asked.
//
// Needs the openssl program. The authority's certificate is a file for AWS_CA_BUNDLE; keys stay in the folder given.
// `flaw` makes certificates that a client must refuse: expired, wrong-host, self-signed.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);
const openssl = (...args) => run('openssl', args, { maxBuffer: 1 << 20 });
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function openAuthority(folder) {
    const file = (name) => join(folder, name);
    await openssl(
        'req',
        '-x509',
        ...KEY,
        '-keyout',
        file('ca.key'),
        '-out',
        file('ca.pem'),
        '-days',
        '30',
        '-subj',
        '/CN=fakecfn authority',
        '-addext',
        'basicConstraints=critical,CA:TRUE',
        '-addext',
        'keyUsage=critical,keyCertSign,cRLSign',
    );
    await openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('leaf.key'));
    const key = await readFile(file('leaf.key'));
    const made = new Map();
    let serial = 1;

    async function make(host, flaw) {
        const name = file(`leaf${serial++}`);
        const shown = flaw === 'wrong-host' ? 'elsewhere.invalid' : host;
        const names = isIP(shown) ? `IP:${shown}` : `DNS:${shown}`;
        const extra = shown === 'localhost' ? ',IP:127.0.0.1,IP:::1' : '';
        await writeFile(
            `${name}.cnf`,
            `basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=${names}${extra}\n`,
        );
        await openssl('req', '-new', '-key', file('leaf.key'), '-subj', '/CN=fakecfn', '-out', `${name}.csr`);
        const signer =
            flaw === 'self-signed'
                ? ['-signkey', file('leaf.key')]
                : [
                      '-CA',
                      file('ca.pem'),
                      '-CAkey',
                      file('ca.key'),
                      '-set_serial',
                      `0x${Date.now().toString(16)}${serial.toString(16).padStart(4, '0')}`,
                  ];
        await openssl(
            'x509',
            '-req',
            '-in',
            `${name}.csr`,
            ...signer,
            '-days',
            flaw === 'expired' ? '-1' : '30',
            '-sha256',
            '-extfile',
            `${name}.cnf`,
            '-out',
            `${name}.pem`,
        );
        const parts = { key, cert: await readFile(`${name}.pem`) };
        return Object.assign(createSecureContext(parts), { parts });
    }

    return {
        file: file('ca.pem'),
        context(host, flaw = '') {
            const id = `${flaw} ${host}`;
            if (!made.has(id)) made.set(id, make(host, flaw));
            return made.get(id);
        },
    };
}
