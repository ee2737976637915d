// Service quotas by name. fake.setQuota(name, value, region) sets one; there are no codes to know by heart.

import { createHash } from 'node:crypto';
import { AwsError } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { table } from './json.mjs';

export const quotaCode = (name) => `L-${createHash('sha256').update(name).digest('hex').slice(0, 8).toUpperCase()}`;

const view = (region, service, name, value) => ({
    ServiceCode: service,
    ServiceName: service === 'sagemaker' ? 'Amazon SageMaker' : service,
    QuotaArn: region.arn('servicequotas', `${service}/${quotaCode(name)}`),
    QuotaCode: quotaCode(name),
    QuotaName: name,
    Value: value,
    Unit: 'None',
    Adjustable: true,
    GlobalQuota: false,
});

const rows = (fake, region, service) =>
    [...fake.quotas(region.name)]
        .filter(([, q]) => q.service === service)
        .map(([name, q]) => view(region, service, name, q.value));
const defaults = (fake, region, service) =>
    [...fake.quotas(region.name)]
        .filter(([, q]) => q.service === service && q.standard !== undefined)
        .map(([name, q]) => view(region, service, name, q.standard));

function one(list, code) {
    const found = list.find((q) => q.QuotaCode === code);
    if (!found)
        throw new AwsError(
            'NoSuchResourceException',
            'The request failed because the specified quota does not exist.',
            400,
        );
    return { Quota: found };
}

function listed(fake, all, { NextToken, MaxResults }) {
    const { items, token } = page(fake, all, NextToken, MaxResults ?? fake.options.pageSize ?? 20);
    return { Quotas: items, NextToken: token };
}

export const handle = table({
    ListServiceQuotas: [
        'ServiceCode! NextToken MaxResults QuotaCode QuotaAppliedAtLevel',
        (fake, region, input) => listed(fake, rows(fake, region, input.ServiceCode), input),
    ],
    ListAWSDefaultServiceQuotas: [
        'ServiceCode! NextToken MaxResults',
        (fake, region, input) => listed(fake, defaults(fake, region, input.ServiceCode), input),
    ],
    GetServiceQuota: [
        'ServiceCode! QuotaCode! ContextId',
        (fake, region, input) => one(rows(fake, region, input.ServiceCode), input.QuotaCode),
    ],
    GetAWSDefaultServiceQuota: [
        'ServiceCode! QuotaCode!',
        (fake, region, input) => one(defaults(fake, region, input.ServiceCode), input.QuotaCode),
    ],
});
