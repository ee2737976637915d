// The price list: each item is a JSON text in the list's own form. fake.prices: instance type → dollars an hour as an
// endpoint.

import { AwsError } from '../wire/errors.mjs';
import { page } from '../wire/page.mjs';
import { table } from './json.mjs';

const LOCATIONS = {
    'us-east-1': 'US East (N. Virginia)',
    'us-east-2': 'US East (Ohio)',
    'us-west-2': 'US West (Oregon)',
    'eu-west-1': 'EU (Ireland)',
    'eu-central-1': 'EU (Frankfurt)',
    'ap-south-1': 'Asia Pacific (Mumbai)',
};

// An instance costs something else for each thing it is used for; only one of them is an endpoint.
const USES = {
    Hosting: ['Host', 1],
    Training: ['Train', 1.2],
    Notebook: ['Notebk', 1.1],
    Processing: ['Processing', 1.3],
};

function item(region, type, use, hosting) {
    const [usage, factor] = USES[use];
    const dollars = hosting * factor;
    const sku = Buffer.from(`${use}${region}${type}`).toString('hex').slice(-16).toUpperCase();
    const term = `${sku}.JRTCKXETXF`;
    return {
        product: {
            productFamily: 'ML Instance',
            attributes: {
                regionCode: region,
                servicecode: 'AmazonSageMaker',
                instanceType: `${type}-${use}`,
                instanceName: type,
                locationType: 'AWS Region',
                location: LOCATIONS[region] ?? region,
                usagetype: `USE1-${usage}:${type}`,
                component: use,
                operation: 'RunInstance',
                servicename: 'Amazon SageMaker',
                currentGeneration: 'Yes',
                platoinstancename: type,
                platoinstancetype: use,
            },
            sku,
        },
        serviceCode: 'AmazonSageMaker',
        terms: {
            OnDemand: {
                [term]: {
                    priceDimensions: {
                        [`${term}.6YS6EN2CT7`]: {
                            unit: 'Hrs',
                            endRange: 'Inf',
                            description: `$${dollars} per Hour for ${type} ${use}`,
                            appliesTo: [],
                            rateCode: `${term}.6YS6EN2CT7`,
                            beginRange: '0',
                            pricePerUnit: { USD: dollars.toFixed(10) },
                        },
                    },
                    sku,
                    effectiveDate: '2026-11-01T00:00:00Z',
                    offerTermCode: 'JRTCKXETXF',
                    termAttributes: {},
                },
            },
        },
        version: '20261101000000',
        publicationDate: '2026-11-01T00:00:00Z',
    };
}

const FIELDS = new Set([
    'regionCode',
    'location',
    'instanceName',
    'instanceType',
    'component',
    'productFamily',
    'servicecode',
    'operation',
    'usagetype',
    'platoinstancename',
    'platoinstancetype',
    'currentGeneration',
    'locationType',
    'ServiceCode',
]);

export const handle = table({
    GetProducts: [
        'ServiceCode! Filters FormatVersion NextToken MaxResults',
        (fake, region, input, call) => {
            if (!['us-east-1', 'eu-central-1', 'ap-south-1', 'cn-northwest-1'].includes(call.region))
                throw new AwsError(
                    'UnrecognizedClientException',
                    'The security token included in the request is invalid.',
                    400,
                );
            if (input.ServiceCode !== 'AmazonSageMaker')
                throw new AwsError('NotFoundException', `The service code ${input.ServiceCode} does not exist`, 400);
            for (const f of input.Filters ?? []) {
                if (!['TERM_MATCH', 'EQUALS', 'CONTAINS', 'ANY_OF', 'NONE_OF'].includes(f.Type))
                    throw new AwsError(
                        'InvalidParameterException',
                        `Input Parameters are invalid. Filter type ${f.Type}`,
                        400,
                    );
                if (!FIELDS.has(f.Field))
                    throw new AwsError(
                        'InvalidParameterException',
                        `Input Parameters are invalid. Field ${f.Field} is not an attribute of ${input.ServiceCode}`,
                        400,
                    );
            }
            const regions = fake.priceRegions;
            const all = regions.flatMap((name) =>
                [...fake.prices].flatMap(([type, dollars]) =>
                    Object.keys(USES).map((use) => item(name, type, use, dollars)),
                ),
            );
            const hit = (p) =>
                (input.Filters ?? []).every((f) => {
                    const value = f.Field === 'productFamily' ? p.product.productFamily : p.product.attributes[f.Field];
                    return f.Type === 'CONTAINS' ? value?.includes(f.Value) : value === f.Value;
                });
            const { items, token } = page(fake, all.filter(hit), input.NextToken, input.MaxResults ?? 100);
            return { FormatVersion: 'aws_v1', PriceList: items.map((p) => JSON.stringify(p)), NextToken: token };
        },
    ],
});
