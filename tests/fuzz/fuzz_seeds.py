"""Small true inputs for fuzzing, written by hand."""

from __future__ import annotations

import struct

CARDS = [
    b"---\nlicense: mit\nbase_model: a/b\ndatasets: [imdb]\nmodel-index:\n- name: m\n  results:\n  - task: {type: t}\n"
    b"    dataset: {name: d, type: d, split: test}\n    metrics: [{type: acc, value: 0.9}]\n---\n# M\n",
    b"---\r\nlanguage: en\r\ndataset_info:\r\n  features:\r\n  - name: x\r\n    dtype: int64\r\n---\r\n",
    b"# Model\n\n## Training data\n\nIt was trained on IMDB.\n\n## Intended uses\n\nNone.\n",
    b"---\na: &x [1, *x]\n<<: *x\n? b\n: |\n  c\n---\n",
]
TABLES = [
    b"## Evaluation\n\n| Metric | Value |\n|---|---:|\n| accuracy | 0.93 |\n| `f1` | 12 % |\n",
    b"## Environmental Impact\n\n- **Hardware Type:** A100\n- **Hours used:** 10\n- **Carbon Emitted:** 3 kg\n",
    b"```python\nx = 1\n```\n<table><tr><td>1</td></tr></table>\n### License\n\nApache-2.0\n",
]
SIDE_FILES = [
    b'{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 768, "id2label": {"0": "A"}}',
    b'{"peft_type": "LORA", "r": 8, "base_model_name_or_path": "a/b", "target_modules": ["q"]}',
    b'{"metadata": {"total_size": 10}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}',
    b'{"version": "1.0", "truncation": null, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}',
    b'{"default": {"features": {"x": {"dtype": "int64", "_type": "Value"}}, "splits": {"train": {"num_bytes": 1}}}}',
    b"merge_method: slerp\nslices:\n- sources:\n  - model: a/b\n    layer_range: [0, 3]\n",
]
NPY = [
    b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    for text in (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }",
        b"{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (), }",
    )
]


def _parquet() -> bytes:
    """A table with two columns, or what only looks like one where no library is there to write it."""
    try:
        from pyarrow import BufferOutputStream, parquet, table
    except ImportError:
        return b"PAR1"
    stream = BufferOutputStream()
    parquet.write_table(table({"x": [1, 2], "y": ["a", None]}), stream)
    return stream.getvalue().to_pybytes()


PUBLISHED = {
    "mteb": [
        b'{"task_name": "T", "mteb_version": "1.0", "dataset_revision": "a", "scores": {"test": [{"main_score": 0.5, '
        b'"hf_subset": "default", "languages": ["eng-Latn"], "ndcg_at_10": 0.5}]}}',
    ],
    "mteb-meta": [b'{"name": "a/b", "revision": "c", "n_parameters": 3, "license": "mit", "adapted_from": "a/d"}'],
    "onnx-hub": [b"builds:\n  x1:\n    model_script: a.py\nmodel_name: resnet\ntask: Vision\nparameters: 3\n"],
    "onnx-manifest": [
        b'[{"model": "R", "model_path": "a/r.onnx", "onnx_version": "1.2", "opset_version": 7, "metadata": '
        b'{"model_sha": "00", "tags": ["x"], "io_ports": {"inputs": [{"name": "i", "shape": [1], "type": "t"}]}}}]',
    ],
    "timm": [
        b"# M\n<!--\nType: model-index\nCollections:\n- Name: C\n  Paper:\n    Title: P\n"
        b"Models:\n- Name: m\n  In Collection: C\n  Metadata:\n    FLOPs: 1\n"
        b"  Results:\n  - Task: Image Classification\n    Dataset: ImageNet\n    Metrics:\n"
        b"      Top 1 Accuracy: 80%\n-->\n",
    ],
    "timm-configurations": [
        b'{"resnet18.a1_in1k": {"_cfg_fn": "resnet", "file": "", "url": "https://x.example/y.pth", "num_classes": 10, '
        b'"input_size": [3, 224, 224], "license": "apache-2.0", "hf_hub_id": "timm/"}}',
    ],
    "timm-results": [
        b"model,img_size,top1,top1_err,top5,top5_err,param_count,crop_pct,interpolation\n"
        b"resnet18.a1_in1k,224,90.1,9.9,99.0,1.0,11.7,1.000,bicubic\n",
    ],
    "mof": [
        b"framework:\n  name: Model Openness Framework\n  version: '1.0'\nrelease:\n  name: M\n  version: 1\n"
        b"  license:\n    distribution:\n      included: true\n      license: MIT\n  components:\n"
        b"  - name: Model parameters (Final)\n    component_path: w\n    license: MIT\n",
    ],
}
WORKED = {
    "m.csv": [b'x,y\n1,"a\nb"\n2,\n'],
    "m.tsv": [b"x\ty\n1\t2\n"],
    "m.json": [b'{"a": {"x": 1, "y": [true, null, "z"]}}'],
    "m.jsonl": [b'{"x": 1}\n{"x": "b"}\n'],
    "m.yaml": [b"x: 1\ny: &a [1, 2]\nz: *a\n"],
    "m.parquet": [_parquet()],
}
_RML = b"""@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
ex:one a rml:TriplesMap ; rml:logicalSource [ rml:source [ a rml:RelativePathSource ; rml:path "m.csv" ] ;
  rml:referenceFormulation rml:CSV ] ; rml:subjectMap [ rml:template "https://example.org/{id}" ] ;
  rml:predicateObjectMap [ rml:predicate ex:x ; rml:objectMap [ rml:reference "x" ; rml:language "en" ] ] .
"""
_YARRRML = b"""prefixes: {ex: 'https://example.org/'}
mappings:
  one:
    sources: [['m.csv~csv']]
    s: ex:$(id)
    po:
    - [a, ex:Model]
    - [ex:x, $(x), xsd:integer]
    - {p: ex:y, o: {value: $(y), language: en}, condition: {function: 'fn:license(name=$(x))'}}
"""
MAPPINGS = {"rml": [_RML], "yarrrml": [_YARRRML]}
RDF = {
    "turtle": [b'@prefix a: <urn:a:> .\na:b a:c "d"@en, 1, 2.5, true ; a:e [ a:f ( <g> """h""" ) ] .\n'],
    "trig": [b"<urn:g> { <urn:a> <urn:b> <urn:c> . }\n"],
    "ntriples": [b'<urn:a> <urn:b> "c\\u00e9"^^<urn:d> .\n<urn:a> <urn:b> _:y .\n', b"_:x <urn:b> _:y .\n"],
    "nquads": [b'<urn:a> <urn:b> "c"@en-GB <urn:g> .\n'],
    "rdfxml": [
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e#"><rdf:Description '
        b'rdf:about="urn:a"><e:b rdf:parseType="Collection"><e:C/></e:b></rdf:Description></rdf:RDF>'
    ],
    "jsonld": [
        b'{"@context": {"@vocab": "urn:v:", "x": {"@type": "@id"}}, "@id": "urn:a", "x": ["urn:b"], '
        b'"y": {"@list": [1]}}'
    ],
}
QUERIES = [
    b'PREFIX a: <urn:a:> SELECT ?x (COUNT(*) AS ?n) { ?x a:b/^a:c* "d"@en . FILTER(?x > 1.5e3) } GROUP BY ?x LIMIT 10',
    b"SELECT * { SERVICE <http://x> { ?s ?p ?o } VALUES ?x { UNDEF } }",
    b"INSERT DATA { <urn:a> <urn:b> '''c''' } ; LOAD <urn:d>",
    b"ASK { ?x \\u003Curn:a> _:b }",
]
LICENSES = [
    "mit",
    "Apache License 2.0",
    "(MIT OR Apache-2.0) AND GPL-2.0-or-later WITH Classpath-exception-2.0",
    "LicenseRef-x AND DocumentRef-y:LicenseRef-z",
    "https://creativecommons.org/licenses/by-nc/4.0/deed.en",
    "MIT License\n\nCopyright (c) 2020 Ada\n\nPermission is hereby granted, free of charge",
]
IDENTIFIERS = [
    "https://huggingface.co/datasets/a/b/tree/main",
    "hf://models/a/b@main",
    "pkg:huggingface/a/b@1?x=y#z",
    "pkg:pypi/torch@2.0",
    "git@github.com:a/b.git",
    "https://github.com/a/b/tree/main",
    "https://doi.org/10.1234/ABC",
    "arXiv:2101.00001v2",
    "sha256:" + "0" * 64,
]
