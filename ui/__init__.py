"""The screens, one file each; Streamlit lives here and nowhere else."""
