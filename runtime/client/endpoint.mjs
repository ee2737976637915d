// Where a service is: its address in the region, or the one that the environment says.
//
// Input: a service's row and `process.env`. Output: an address, and what the signature needs to know of it.
// Invariant: a host name is made only of a region's letters, digits and `-`.

import { ResourceError } from './errors.mjs';

// `host`: before the region. `sign`: the name in signatures. `env`: in AWS_ENDPOINT_URL_<…>.
const SERVICES = {
  dynamodb: { host: 'dynamodb', sign: 'dynamodb', env: 'DYNAMODB' },
  lambda: { host: 'lambda', sign: 'lambda', env: 'LAMBDA' },
  s3: { host: 's3', sign: 's3', env: 'S3' },
  sagemaker: { host: 'runtime.sagemaker', sign: 'sagemaker', env: 'SAGEMAKER_RUNTIME' },
  secretsmanager: { host: 'secretsmanager', sign: 'secretsmanager', env: 'SECRETS_MANAGER' },
  sqs: { host: 'sqs', sign: 'sqs', env: 'SQS' },
};

// What addresses end with, by what regions start with; the first that fits.
const PARTITIONS = [
  ['cn-', 'amazonaws.com.cn'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
  ['us-iso-', 'c2s.ic.gov'],
  ['eusc-', 'amazonaws.eu'],
  ['', 'amazonaws.com'],
];

export function region() {
  const name = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (!name) throw new ResourceError('no region: AWS_REGION is not set', { code: 'NoRegion' });
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw new ResourceError('AWS_REGION is no name of a region', { code: 'NoRegion' });
  return name;
}

function configured({ env }) {
  if (process.env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true') return undefined;
  const name = process.env[`AWS_ENDPOINT_URL_${env}`] ? `AWS_ENDPOINT_URL_${env}` : 'AWS_ENDPOINT_URL';
  if (!process.env[name]) return undefined;
  const url = URL.parse(process.env[name]);
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ResourceError(`${name} is no address that starts with http:// or https://`, { code: 'BadEndpoint' });
  return url;
}

/** { protocol, hostname, port, host, base, region, sign, own } where `base` goes before the path and `own` is AWS's own address. */
export function endpoint(service) {
  const row = SERVICES[service];
  const at = region();
  const url = configured(row);
  if (url)
    return {
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || undefined,
      host: url.host,
      base: url.pathname.replace(/\/+$/, ''),
      region: at,
      sign: row.sign,
      own: false,
    };
  const host = `${row.host}.${at}.${PARTITIONS.find(([prefix]) => at.startsWith(prefix))[1]}`;
  return { protocol: 'https:', hostname: host, host, base: '', region: at, sign: row.sign, own: true };
}
