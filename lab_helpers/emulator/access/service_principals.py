"""Which names are service principals, as IAM knows them in trust and resource-based policies.

AWS publishes no list. A name counts where its last label belongs to a service that the AWS SDK
has a model of, or to one that only acts for others.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from functools import cache

from botocore.loaders import Loader

_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")

_WITHOUT_SUFFIX = frozenset({"alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"})
"""Amazon's own services beside AWS that may invoke functions."""

_WITHOUT_MODEL_OF_THAT_NAME = """
access-analyzer aiops airflow airflow-env airflow-serverless aoss aps bedrock-agentcore
billingconsole cassandra chatbot cleanrooms-ml cloudwatch codeguru-profiler cognito-identity
cognito-idp cognito-sync config-conforms costalerts dax ec2fastlaunch ec2fleet ec2scheduled
ecs-compute ecs-tasks edgelambda eks-connector eks-fargate-pods eks-local-outpost
eks-nodegroup elasticfilesystem elasticloadbalancing elasticmapreduce elastictranscoder email
es export firehose gamelift integrations iotevents iotmanagedintegrations kinesisanalytics
launchwizard lex lexv2 lookoutmetrics macie marketplace migrationhub monitoring monitron
nimble opensearchservice opsworks opsworks-cm panorama profile purchaseorders q qldb
refactor-spaces reservedinstances robomaker s3 s3-outposts sagemaker-geospatial secretsmanager
securitylake servicequotas ses sms spot spotfleet ssm-sap states storagegateway tagpolicies
transitgateway trustedadvisor vmie voiceconnector vpc-flow-logs vpc-lattice waf-regional wafv2
worklink
"""


def is_service_principal(name: str) -> bool:
    """``s3.amazonaws.com``, ``logs.us-east-1.amazonaws.com``, ``edgelambda.amazonaws.com`` …"""
    if name in _WITHOUT_SUFFIX:
        return True
    suffix = next((one for one in _SUFFIXES if name.endswith(one)), None)
    if suffix is None:
        return False
    labels = name.removesuffix(suffix).split(".")
    if len(labels) > 1 and _REGION.fullmatch(labels[-1]):
        del labels[-1]
    return labels[-1] in _services()


@cache
def _services() -> frozenset[str]:
    modelled = Loader().list_available_services(type_name="service-2")
    return frozenset(modelled) | set(_WITHOUT_MODEL_OF_THAT_NAME.split())
